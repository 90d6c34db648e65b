package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.custom.TokenMode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long refused credentials are not tried again. */
class CoolDownTest extends FrontDoorTest {
    private static final int[] SECONDS = {30, 60, 120, 240, 480, 900, 900};

    private int service(Backend.Builder settings) {
        var backend = opened(settings.refusalsPerUser(1000, Duration.ofSeconds(1)));
        return serveWhoami(backend);
    }

    private HttpResponse<String> ask(int port, String password) throws IOException, InterruptedException {
        return askAs("alice", password, port, "/whoami");
    }

    private void assertRefused(int port, int seconds) throws IOException, InterruptedException {
        var response = ask(port, "looking-glass");
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("Retry-After")).contains("" + seconds);
        assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"custom\"");
    }

    @Test
    void itDoublesUpToAQuarterOfAnHour() throws Exception {
        var port = service(settings());

        for (var i = 0; i < SECONDS.length; i++) {
            assertRefused(port, SECONDS[i]);
            assertThat(server.loginPosts()).isEqualTo(i + 1);
            timing.pass(Duration.ofSeconds(SECONDS[i] - 1));
            assertRefused(port, 1);
            assertThat(server.loginPosts()).isEqualTo(i + 1);
            timing.pass(Duration.ofSeconds(1));
        }
    }

    @Test
    void anotherPasswordsSuccessDoesNotEndIt() throws Exception {
        var port = service(settings());
        assertRefused(port, 30);
        timing.pass(Duration.ofSeconds(30));
        assertRefused(port, 60);

        assertThat(ask(port, "wonderland").body()).isEqualTo("alice");

        assertRefused(port, 60);
        timing.pass(Duration.ofSeconds(60));
        assertRefused(port, 120);
    }

    @Test
    void itsOwnSuccessEndsIt() throws Exception {
        var port = service(settings());
        assertRefused(port, 30);
        timing.pass(Duration.ofSeconds(30));
        assertRefused(port, 60);
        timing.pass(Duration.ofSeconds(60));
        server.user("alice", "looking-glass");
        assertThat(ask(port, "looking-glass").body()).isEqualTo("alice");

        server.user("alice", "wonderland");
        server.expireAll();

        assertRefused(port, 30);
    }

    @Test
    void aConfiguredOneBeyondTheLongestStays() throws Exception {
        var port = service(settings().loginCoolDown(Duration.ofHours(1)));

        assertRefused(port, 3600);
        timing.pass(Duration.ofHours(1));
        assertRefused(port, 3600);
    }

    @Test
    void itDoublesForRenewalsOfALoginThatIsStillGood() throws Exception {
        var port = service(settings().sessionIdle(Duration.ofDays(1)).auth(new TokenMode() {
            @Override
            public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
                return super.logIn(credentials, bare)
                        .expiresIn(Duration.ofHours(4))
                        .renewAhead(Duration.ofHours(2));
            }
        }));
        assertThat(ask(port, "wonderland").body()).isEqualTo("alice");
        server.user("alice", "looking-glass");
        timing.pass(Duration.ofHours(2));

        for (var i = 0; i < 360; i++) {
            assertThat(ask(port, "wonderland").body()).isEqualTo("alice");
            timing.pass(Duration.ofSeconds(10));
        }

        // After 0, 30, 90, 210, 450, 930, 1830 and 2730 s.
        assertThat(server.refusals()).isEqualTo(8);
    }

    @Test
    void whereEachRequestBringsThePasswordItIsTheSame() throws Exception {
        var url = backend(config -> config.routes.get("/whoami", ctx -> ctx.status(401)));
        var port = service(Backend.at(url).auth(Authenticator.basic()).timing(timing));

        for (var seconds : new int[] {30, 60, 120}) {
            var response = ask(port, "looking-glass");
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.headers().firstValue("Retry-After")).contains("" + seconds);
            timing.pass(Duration.ofSeconds(seconds));
        }
    }

    @Test
    void aServiceAccountsIsABadGatewayAndDoublesToo() throws Exception {
        var port = service(settings().credentials(Credentials.password("alice", "looking-glass")));

        for (var i = 0; i < 3; i++) {
            for (var again = 0; again < 5; again++) {
                assertThat(super.ask(port, "/whoami").statusCode()).isEqualTo(502);
            }
            assertThat(server.loginPosts()).isEqualTo(i + 1);
            timing.pass(Duration.ofSeconds(SECONDS[i]));
        }
    }
}

package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.RetryPolicy;
import io.apikit.testkit.identityprovider.HostilePage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** An identity provider whose pages cost more than their length deserves. */
class HostileLoginPagesTest extends FrontDoorTest {
    private final AtomicReference<String> page = new AtomicReference<>("");

    @Test
    void everyHostilePageIsABadGatewayThatNamesTheLogin() throws Exception {
        var port = service();

        for (var hostile : HostilePage.values()) {
            page.set(hostile.html(30_000));
            var answer = askAs("user-of-" + hostile, "wonderland", port, "/data");

            // One of them has the fields of a page for consent.
            var isConsent = hostile == HostilePage.LONG_PURPOSE;
            assertThat(answer.statusCode()).as(hostile.name()).isEqualTo(isConsent ? 401 : 502);
            assertThat(answer.body())
                    .as(hostile.name())
                    .contains(isConsent ? "asks for the user's consent" : "login: ")
                    .doesNotContain("wonderland");
        }
    }

    @Test
    void aFormWithinTheLimitsIsFilledInWhateverIsAroundIt() throws Exception {
        var port = service();

        for (var hostile : new HostilePage[] {
            HostilePage.NAMED_FORMS, HostilePage.ORDINARY_TABLE, HostilePage.MANY_COMMENTS, HostilePage.OPEN_SCRIPT
        }) {
            page.set(hostile.htmlWithLogin(30_000));

            assertThat(askAs("user-of-" + hostile, "wonderland", port, "/data").body())
                    .isEqualTo("data");
        }
    }

    /** A proxy and its identity provider: the same server by another name, which makes it another origin. */
    private int service() {
        var url = new AtomicReference<>("");
        url.set(backend(config -> {
            config.routes.get("/oauth2/start", ctx -> {
                ctx.header("Set-Cookie", "_oauth2_proxy_csrf=mark; Path=/; HttpOnly");
                ctx.redirect(url.get().replace("127.0.0.1", "localhost") + "/login");
            });
            config.routes.get("/login", ctx -> ctx.html(page.get()));
            config.routes.post("/do", ctx -> ctx.redirect(url.get() + "/oauth2/callback?code=c&state=s"));
            config.routes.get("/oauth2/callback", ctx -> {
                ctx.header("Set-Cookie", "_oauth2_proxy=session; Path=/; HttpOnly");
                ctx.redirect("/");
            });
            config.routes.get("/oauth2/auth", ctx -> ctx.status(202));
            config.routes.get("/data", ctx -> ctx.result("data"));
        }));
        var backend =
                opened(Backend.at(url.get()).auth(Authenticator.oauth2Proxy()).retry(RetryPolicy.none()));
        return serve(
                backend,
                () -> get(
                        "/data",
                        ctx -> ctx.result(
                                backend.session(ctx).get("/data").orThrow().text())));
    }
}

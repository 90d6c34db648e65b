package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.Authenticator.LogOutScope;
import io.apikit.http.HttpOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which logins replicas log out that share them. */
class SharedLogOutTest extends LogOutModeTest {
    private final InMemoryLoginStore store = new InMemoryLoginStore(timing::nanoTime);

    private List<Backend> replicas(int count, LogOutScope scope, Duration total) {
        return Stream.generate(() -> opened(settings()
                        .defaultAuth(new LogOutMode(scope))
                        .http(HttpOptions.builder().totalTimeout(total).build())
                        .loginStore(store)))
                .limit(count)
                .toList();
    }

    @ParameterizedTest
    @EnumSource(
            value = LogOutScope.class,
            names = {"EVERY_LOGIN", "LAST_LOGIN"})
    void replicaThatStopsLogsNobodyOut(LogOutScope scope) {
        var all = replicas(3, scope, Duration.ofSeconds(10));
        all.forEach(replica -> whoami(replica.session(ALICE)));

        all.get(0).close();
        all.get(1).close();

        assertThat(whoami(all.get(2).session(ALICE))).isEqualTo("alice");
        assertThat(server.loggedOut()).isEmpty();
        assertThat(server.loginPosts()).isOne();
        assertThat(server.rejections()).isZero();
    }

    @Test
    void sessionThatIsForgottenLogsNobodyOut() {
        var one = opened(settings().maxSessions(1).loginStore(store));
        var two = opened(settings().loginStore(store));
        whoami(one.session(ALICE));
        whoami(two.session(ALICE));

        whoami(one.session(BOB));

        assertThat(whoami(two.session(ALICE))).isEqualTo("alice");
        assertThat(whoami(one.session(ALICE))).isEqualTo("alice");
        assertThat(server.loggedOut()).isEmpty();
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    /** The other replicas may have requests under it, so it waits for as long as these may take. */
    @Test
    void whoHasReplacedALoginLogsItOutOnce() {
        var all = replicas(3, LogOutScope.EVERY_LOGIN, Duration.ofMillis(700));
        all.forEach(replica -> whoami(replica.session(ALICE)));
        timing.pass(LIFE.plusSeconds(1));
        all.forEach(replica -> whoami(replica.session(ALICE)));
        assertThat(server.loggedOut()).isEmpty();

        awaitLoggedOut("token-alice-1");
        assertThat(whoami(all.get(2).session(ALICE))).isEqualTo("alice");
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void logOutThatWaitsIsDroppedWhenTheBackendCloses() {
        var one = replicas(1, LogOutScope.EVERY_LOGIN, Duration.ofSeconds(10)).get(0);
        var registry = new SimpleMeterRegistry();
        one.bindTo(registry);
        whoami(one.session(ALICE));
        timing.pass(LIFE.plusSeconds(1));
        whoami(one.session(ALICE));
        var dropped =
                registry.get("apikit.backend.logouts").tag("outcome", "dropped").timer();

        one.close();

        assertThat(dropped.count()).isOne();
        assertThat(server.loggedOut()).isEmpty();
    }
}

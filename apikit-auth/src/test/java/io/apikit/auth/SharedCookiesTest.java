package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.RetryPolicy;
import io.apikit.testkit.formsite.FakeFormSite;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cookies that a site sets with each response, at replicas that share their logins. */
class SharedCookiesTest {
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");

    private final FakeTiming timing = new FakeTiming();
    private final InMemoryLoginStore store = new InMemoryLoginStore(timing::nanoTime);
    private final AtomicInteger pages = new AtomicInteger();
    private final FakeFormSite site = FakeFormSite.inFrontOf(ctx -> {
                if (ctx.path().startsWith("/app/changing")) {
                    ctx.res().addHeader("Set-Cookie", "page=" + pages.incrementAndGet() + "; Path=/");
                }
                ctx.result(FakeFormSite.user(ctx));
            })
            .clock(() -> Instant.EPOCH.plusNanos(timing.nanoTime()))
            .sessionLife(Duration.ofMinutes(10))
            .page("/app/login")
            .start();
    private final List<Backend> backends = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    SharedCookiesTest() {
        site.addUser("alice", "wonderland");
    }

    @AfterEach
    void end() {
        backends.forEach(Backend::close);
        site.close();
    }

    private Backend replica() {
        var replica = Backend.at(site.url() + "/app")
                .auth(Authenticator.formLogin(login -> login.csrfCookie("csrftoken")))
                .loginStore(store)
                .timing(timing)
                .retry(RetryPolicy.none())
                .build();
        backends.add(replica);
        return replica;
    }

    private static String get(Backend replica, String path) {
        return replica.session(ALICE).get(path).orThrow().text();
    }

    private double pushed() {
        return meters.find("apikit.backend.store.pushed").functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum();
    }

    /** The life of the session moves with each response. Others get to know it now and then, and live as long. */
    @Test
    void laterEndOfTheSameCookiesIsWrittenNowAndThen() {
        var one = replica();
        var two = replica();
        one.bindTo(meters);
        get(two, "/x");
        get(one, "/x");
        assertThat(site.logins()).isOne();

        for (int i = 0; i < 50; i++) {
            timing.pass(Duration.ofSeconds(1));
            get(one, "/x");
        }
        assertThat(pushed()).isZero();

        timing.pass(Duration.ofMinutes(6));
        get(one, "/x");
        SessionTest.await(() -> pushed() == 1);
        timing.pass(Duration.ofMinutes(6));
        assertThat(get(two, "/x")).isEqualTo("alice");
        assertThat(two.session(ALICE).post("/x", Map.of()).orThrow().text()).isEqualTo("alice");
        assertThat(site.logins()).isOne();
    }

    /** A value that changes with each response is written twice a second at most, and the last one is written. */
    @Test
    void changingCookiesAreWrittenOnceForMany() {
        var one = replica();
        one.bindTo(meters);
        get(one, "/x");
        var before = System.nanoTime();

        for (int i = 0; i < 50; i++) {
            get(one, "/changing");
        }
        get(one, "/x");

        var two = replica();
        SessionTest.await(() -> {
            get(two, "/x");
            return two.sessions()
                    .of(two.accounts().of(ALICE))
                    .login()
                    .latest()
                    .orElseThrow()
                    .login()
                    .cookie("page")
                    .filter("50"::equals)
                    .isPresent();
        });
        var halfSeconds = Duration.ofNanos(System.nanoTime() - before).toMillis() / 500;
        assertThat(pushed()).isBetween(2.0, 3.0 + halfSeconds);
        assertThat(site.logins()).isOne();
    }
}

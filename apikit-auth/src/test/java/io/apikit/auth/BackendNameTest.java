package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import io.apikit.BackendError;
import io.apikit.http.BreakerPolicy;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backend is called: in errors, in the log and in metrics. */
class BackendNameTest extends SessionTest {
    private static final Credentials MALLORY = Credentials.password("mallory", "guess");

    private final String url = server.url();

    @Test
    void errorsNameABackendThatCannotBeReachedByItsName() {
        var session = opened(named().defaultAuth(Authenticator.none())).session(Credentials.none());
        server.close();

        assertNamed(() -> session.get("/data"), "Cannot connect to pele: ");
    }

    @Test
    void errorsNameABackendWhoseLoginFailsByItsName() {
        var session = opened(named()).session(ALICE);
        server.close();

        assertNamed(() -> session.get("/data"), "The login to pele failed: Cannot connect to pele: ");
    }

    @Test
    void errorsNameAClosedBackendByItsName() {
        var backend = opened(named());
        backend.close();

        assertNamed(() -> backend.session(ALICE).get("/data"), "The backend pele is closed");
    }

    @Test
    void errorsNameABackendThatIsLeftAloneByItsName() throws Exception {
        var breaker = BreakerPolicy.builder().window(1).minimumCalls(1).build();
        var session = opened(named().defaultAuth(Authenticator.none()).breaker(breaker))
                .session(Credentials.none());
        server.close();
        try (var log = LibraryLog.opened()) {
            assertNamed(() -> session.get("/data"), "Cannot connect to pele: ");
            assertNamed(() -> session.get("/data"), "pele has failed too often");
            assertThat(log.await(Level.WARN, "The circuit to pele (" + url + ") is OPEN"))
                    .isNotEmpty();
        }
    }

    @Test
    void logNamesBothTheNameAndTheOrigin() throws Exception {
        var service = serviceSession(opened(named()), () -> MALLORY);
        try (var log = LibraryLog.opened()) {
            assertFails(502, () -> service.get("/data"));
            assertThat(log.await(Level.WARN, "pele (" + url + ") refused a login"))
                    .doesNotContain("guess");
        }
    }

    @Test
    void withoutANameErrorsNameTheOrigin() {
        var session = opened(settings()).session(ALICE);
        server.close();

        assertFails(502, () -> session.get("/data"))
                .withMessageContaining("The login to " + url + " failed: Cannot connect to " + url);
    }

    @Test
    void metersHaveTheNameOrHostAndPort() {
        var registry = new SimpleMeterRegistry();
        opened(settings().name("of-meters")).bindTo(registry);
        opened(settings().name("of-meters")).bindTo(registry);
        opened(settings()).bindTo(registry);
        opened(settings()).bindTo(registry);

        var address = url.substring("http://".length());
        assertThat(backends(registry)).containsExactlyInAnyOrder("of-meters", "of-meters #2", address, address + " #2");
        assertThat(registry.find("resilience4j.circuitbreaker.state")
                        .tags("backend", "of-meters", "name", "of-meters")
                        .gauges())
                .hasSize(3);
    }

    @Test
    void hostAndPortAreThereWithoutAPortInTheUrl() {
        var registry = new SimpleMeterRegistry();
        opened(Backend.at("https://PELE.example.org/api")).bindTo(registry);
        opened(Backend.at("http://[::1]/")).bindTo(registry);

        assertThat(backends(registry)).containsExactlyInAnyOrder("pele.example.org:443", "[::1]:80");
    }

    @Test
    void textOfABackendHasItsNameAndItsOrigin() {
        assertThat(opened(named())).hasToString("Backend[pele (" + url + "), token]");
        assertThat(opened(settings())).hasToString("Backend[" + url + ", token]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "pele #2", "p\u00e9l\u00e9", "a/b", "a\n"})
    void anyOtherNameIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backend.at("http://127.0.0.1:1").name(name))
                .withMessageStartingWith("name must be 1 to 64 letters");
    }

    private Backend.Builder named() {
        return settings().name("pele");
    }

    private void assertNamed(ThrowingCallable call, String text) {
        assertThat(catchThrowableOfType(BackendError.class, call))
                .hasMessageContaining(text)
                .hasMessageNotContaining(url);
    }

    private static List<String> backends(MeterRegistry registry) {
        return registry.find("apikit.backend.sessions").gauges().stream()
                .map(gauge -> String.valueOf(gauge.getId().getTag("backend")))
                .toList();
    }
}

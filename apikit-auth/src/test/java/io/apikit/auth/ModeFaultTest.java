package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import io.apikit.BackendError;
import io.apikit.custom.TokenMode;
import io.apikit.http.BackendResponse;
import io.javalin.http.BadRequestResponse;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A mode of a user's whose methods throw, or return nothing: a 502 that names the mode and the method. */
class ModeFaultTest extends FrontDoorTest {
    private static final String SECRET = "wonderland";
    private static final List<Throwable> FAULTS = List.of(
            new IllegalStateException("cannot read " + SECRET, new NumberFormatException(SECRET)),
            new NullPointerException(SECRET),
            new StackOverflowError(SECRET),
            new NoSuchMethodError(SECRET),
            new BadRequestResponse(SECRET),
            BackendError.of(400, SECRET));

    /** Fails in one method, with one fault; null stands for a result of null. */
    private record FaultyMode(String method, @Nullable Throwable fault, TokenMode mode) implements Authenticator {
        @Override
        public String name() {
            return failed("name") ? none() : "faulty";
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport transport) throws LoginRefused {
            return failed("logIn") ? none() : mode.logIn(credentials, transport);
        }

        @Override
        public Verdict judge(BackendResponse response, Login used, LoginTransport transport) {
            return failed("judge") ? none() : Verdict.ACCEPTED;
        }

        @Override
        public Login refreshed(Login current, BackendResponse response) {
            return failed("refreshed") ? none() : current;
        }

        @Override
        public Optional<String> challenge() {
            return failed("challenge") ? none() : mode.challenge();
        }

        private boolean failed(String called) {
            if (!called.equals(method)) {
                return false;
            }
            if (fault instanceof RuntimeException exception) {
                throw exception;
            }
            if (fault instanceof Error error) {
                throw error;
            }
            return true;
        }

        /** As a mode without null checks returns it. */
        @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
        private static <T> T none() {
            return null;
        }
    }

    private HttpResponse<String> ask(String method, @Nullable Throwable fault) throws Exception {
        var backend = opened(settings().auth(new FaultyMode(method, fault, new TokenMode())));
        var port = serveWhoami(backend);
        return askAs("alice", SECRET, port, "/whoami");
    }

    static Stream<Arguments> faults() {
        return Stream.of("logIn", "judge", "refreshed", "challenge")
                .flatMap(method -> FAULTS.stream().map(fault -> Arguments.of(method, fault)));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aMethodThatThrowsIsABadGatewayThatNamesIt(String method, Throwable fault) throws Exception {
        try (var log = LibraryLog.opened()) {
            var response = ask(method, fault);

            assertThat(response.statusCode()).isEqualTo(502);
            if (method.equals("logIn") && fault instanceof BackendError) {
                // The mode's own words, about its own login.
                assertThat(response.body()).contains("The login to " + server.url() + " failed: ***");
                return;
            }
            assertThat(response.body()).contains("The auth mode faulty failed in " + method + ".");
            assertThat(response.body()).doesNotContain(SECRET);
            assertThat(log.await(Level.WARN, "The auth mode faulty failed in " + method + ": "))
                    .contains(fault.getClass().getName() + " at ")
                    .doesNotContain(SECRET);
            assertThat(log.count(SECRET)).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void aMethodThatReturnsNullIsABadGatewayThatNamesIt(String method) throws Exception {
        var response = ask(method, null);

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).contains("The auth mode faulty failed in " + method + ".");
    }

    static Stream<String> methods() {
        return Stream.of("logIn", "judge", "refreshed", "challenge");
    }

    @Test
    void whatATransportSaysOfAModesOwnQuestionIsPassedOn() throws Exception {
        var response = ask("judge", BackendError.of(504, "The proxy was not heard of in time."));

        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(response.body()).contains("The proxy was not heard of in time.");
    }

    @Test
    void aModeWithoutANameIsRefusedWhenTheBackendIsBuilt() {
        var throwing = settings().auth(new FaultyMode("name", new NoSuchMethodError(SECRET), new TokenMode()));
        var empty = settings().auth(new FaultyMode("name", null, new TokenMode()));

        assertThatIllegalArgumentException()
                .isThrownBy(throwing::build)
                .withMessage("the auth mode " + FaultyMode.class.getName()
                        + " has no name: its method name() threw java.lang.NoSuchMethodError");
        assertThatIllegalArgumentException()
                .isThrownBy(empty::build)
                .withMessageEndingWith("its method name() returned null");
    }

    @Test
    void aSupplierOfCredentialsThatFailsIsABadGateway() throws Exception {
        var backend = opened(settings().credentials(() -> {
            throw new NoClassDefFoundError(SECRET);
        }));
        var port =
                serve(backend, () -> get("/whoami", ctx -> backend.session(ctx).get("/whoami")));

        var response = ask(port, "/whoami");

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).contains("The service's own credentials cannot be had.");
    }
}

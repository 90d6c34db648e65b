package io.apikit.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apikit.test.Thermometer.Temperature;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each login: that a caller gets through it, and what a test can do with it. */
class LoginsTest {
    static Stream<Logins> withLogin() {
        return Stream.of(
                Logins.form(),
                Logins.form().at("/accounts/login"),
                Logins.token(),
                Logins.token().at("/api/sessions"),
                Logins.clientCredentials(),
                Logins.oauth2Proxy());
    }

    static Stream<Logins> withPassword() {
        return Stream.concat(withLogin(), Stream.of(Logins.basic()));
    }

    @ParameterizedTest
    @MethodSource("withPassword")
    void aUserReachesTheBackend(Logins logins) {
        ApiTest.behind(logins).user("bob", "builder").test(Thermometer::at, (app, backend) -> {
            backend.get("/temp").answers("21.5");

            var response = app.as("bob", "builder").get("/temperature");

            assertThat(response.json(Temperature.class)).isEqualTo(new Temperature(21.5));
            assertThat(backend.requests("GET", "/temp"))
                    .singleElement()
                    .satisfies(request -> assertThat(request.user()).contains("bob"));
        });
    }

    @ParameterizedTest
    @MethodSource("withPassword")
    void aWrongPasswordReachesNothing(Logins logins) {
        ApiTest.behind(logins).test(Thermometer::at, (app, backend) -> {
            backend.get("/temp").answers("21.5");

            assertThat(app.as("alice", "wrong").get("/temperature").status()).isEqualTo(401);
            assertThat(app.get("/temperature").error().statusCode()).isEqualTo(401);
            assertThat(backend.requests()).isEmpty();
            assertThat(backend.logins()).isZero();
        });
    }

    @ParameterizedTest
    @MethodSource("withLogin")
    void anExpiredLoginCostsOneLogin(Logins logins) {
        ApiTest.behind(logins).test(Thermometer::at, (app, backend) -> {
            backend.get("/temp").answers("21.5").then("22.0");
            var alice = app.as("alice", "wonderland");

            assertThat(alice.get("/temperature").json(Temperature.class).celsius())
                    .isEqualTo(21.5);
            assertThat(backend.logins()).isEqualTo(1);
            backend.expireLogins();

            assertThat(alice.get("/temperature").json(Temperature.class).celsius())
                    .isEqualTo(22.0);
            assertThat(backend.logins()).isEqualTo(2);
            assertThat(backend.logins("alice")).isEqualTo(2);
            assertThat(backend.loginAttempts()).isEqualTo(2);
        });
    }

    @ParameterizedTest
    @MethodSource("withPassword")
    void refusedLoginsAreRefusedUntilTheyAreAccepted(Logins logins) {
        ApiTest.behind(logins)
                .test(
                        backend -> Thermometer.at(
                                backend, backend.authenticator(), settings -> settings.timing(backend.time())),
                        (app, backend) -> {
                            backend.get("/temp").answers("21.5");
                            var alice = app.as("alice", "wonderland");
                            assertThat(alice.get("/temperature").status()).isEqualTo(200);

                            backend.refuseLogins();
                            assertThat(alice.get("/temperature").status()).isEqualTo(401);
                            backend.acceptLogins();
                            backend.time().advance(java.time.Duration.ofMinutes(10));

                            assertThat(alice.get("/temperature").status()).isEqualTo(200);
                        });
    }

    @ParameterizedTest
    @MethodSource("withLogin")
    void heldLoginsGoOnWhenTheyAreReleased(Logins logins) {
        ApiTest.behind(logins).test(Thermometer::at, (app, backend) -> {
            backend.get("/temp").answers("21.5");
            backend.holdLogins();
            var waiting = CompletableFuture.supplyAsync(
                    () -> app.as("alice", "wonderland").get("/temperature"));

            backend.awaitHeldLogins(1);
            assertThat(waiting).isNotDone();
            backend.releaseLogins();

            assertThat(waiting.join().status()).isEqualTo(200);
        });
    }

    @Test
    void withoutLoginEverybodyGetsThrough() {
        ApiTest.test(Thermometer::at, (app, backend) -> {
            backend.get("/temp").answers("21.5");

            assertThat(app.get("/temperature").status()).isEqualTo(200);
            assertThat(backend.requests().get(0).user()).isEmpty();
            assertThatThrownBy(backend::expireLogins)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("has no login");
        });
    }

    @ParameterizedTest
    @MethodSource("withPassword")
    void settingsNameTheMode(Logins logins) {
        ApiTest.behind(logins).test(Thermometer::at, (app, backend) -> {
            assertThat(backend.settings())
                    .containsEntry("BACKEND_URL", backend.url())
                    .containsEntry("AUTH_MODE", logins.toString());
            assertThat(backend.settings().getOrDefault("AUTH_ENDPOINT", "")).isEqualTo(backend.loginEndpoint());
        });
    }
}

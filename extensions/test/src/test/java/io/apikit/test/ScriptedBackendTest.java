package io.apikit.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.apikit.auth.Authenticator;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.test.Thermometer.Order;
import io.apikit.test.Thermometer.Temperature;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a test scripts, and what it sees of the requests. */
class ScriptedBackendTest {
    private static void test(ApiTest.Block block) {
        ApiTest.test(
                backend -> Thermometer.at(
                        backend,
                        Authenticator.none(),
                        settings -> settings.timing(backend.time()).retry(RetryPolicy.none())),
                block);
    }

    private static double celsius(TestResponse response) {
        return response.json(Temperature.class).celsius();
    }

    @Test
    void aSequenceEndsWithItsLastResponse() {
        test((app, backend) -> {
            backend.get("/temp").answers("1").then("2");

            assertThat(celsius(app.get("/temperature"))).isEqualTo(1);
            assertThat(celsius(app.get("/temperature"))).isEqualTo(2);
            assertThat(celsius(app.get("/temperature"))).isEqualTo(2);
        });
    }

    @Test
    void moreConditionsComeFirst() {
        test((app, backend) -> {
            backend.get("/temp?city=oslo").answers("-3");
            backend.get("/temp").answers("20");

            assertThat(celsius(app.get("/city/oslo"))).isEqualTo(-3);
            assertThat(celsius(app.get("/city/rome"))).isEqualTo(20);
            assertThat(backend.requests("GET", "/temp")).hasSize(2);
            assertThat(backend.get("/temp").requests()).hasSize(1);
            assertThat(backend.get("/temp").query("city", "oslo").requests()).hasSize(1);
        });
    }

    @Test
    void aUserMayHaveAnAnswerOfTheOwn() {
        ApiTest.behind(Logins.token()).user("alice", "a").user("bob", "b").test(Thermometer::at, (app, backend) -> {
            backend.get("/temp").answers("20");
            backend.get("/temp").as("bob").answers("30");

            assertThat(celsius(app.as("alice", "a").get("/temperature"))).isEqualTo(20);
            assertThat(celsius(app.as("bob", "b").get("/temperature"))).isEqualTo(30);
        });
    }

    @Test
    void aFunctionSeesTheRequest() {
        test((app, backend) -> {
            backend.post("/{kind}")
                    .answers(request -> ScriptedResponse.text(request.pathParam("kind") + " "
                            + request.json(Order.class).name()));

            var response = app.post("/orders", new Order("tea", 2));

            assertThat(response.status()).isEqualTo(201);
            assertThat(response.body()).isEqualTo("{\"id\":\"orders tea\"}");
            assertThat(backend.requests().get(0).body()).isEqualTo("{\"name\":\"tea\",\"number\":2}");
        });
    }

    @Test
    void aFunctionThatFailsIsA500AndFailsTheTest() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> test((app, backend) -> {
                    backend.get("/temp").answers(request -> {
                        throw new IllegalStateException("no thermometer");
                    });

                    assertThat(app.get("/temperature").error().content()).contains("no thermometer");
                }))
                .havingCause()
                .isInstanceOf(IllegalStateException.class)
                .withMessage("no thermometer");
    }

    @Test
    void failuresComeBeforeTheAnswer() {
        test((app, backend) -> {
            backend.get("/temp").answers("20").failNext(2, 503).retryAfter(Duration.ofSeconds(7));

            var failed = app.get("/temperature");
            assertThat(failed.error().statusCode()).isEqualTo(503);
            assertThat(failed.header("Retry-After")).contains("7");
            assertThat(app.get("/temperature").status()).isEqualTo(503);
            assertThat(app.get("/temperature").status()).isEqualTo(200);
        });
    }

    @Test
    void theWholeBackendFailsOnce() {
        test((app, backend) -> {
            backend.get("/temp").answers("20");
            backend.failNext(500);

            assertThat(app.get("/temperature").status()).isEqualTo(500);
            assertThat(app.get("/temperature").status()).isEqualTo(200);
        });
    }

    @Test
    void aRetryCostsNoTimeOfTheTest() {
        ApiTest.test(
                backend -> Thermometer.at(
                        backend,
                        Authenticator.none(),
                        settings -> settings.timing(backend.time())
                                .retry(RetryPolicy.builder()
                                        .baseDelay(Duration.ofSeconds(5))
                                        .build())),
                (app, backend) -> {
                    backend.get("/temp").answers("20").failNext(503);

                    assertThat(app.get("/temperature").status()).isEqualTo(200);
                    assertThat(backend.requests()).hasSize(2);
                });
    }

    @Test
    void aDroppedRequestIsABadGateway() {
        test((app, backend) -> {
            backend.post("/orders").answers("1").dropNext(1);

            assertThat(app.post("/orders", new Order("tea", 1)).status()).isEqualTo(502);
            assertThat(app.post("/orders", new Order("tea", 1)).status()).isEqualTo(201);
        });
    }

    @Test
    void aSlowBackendIsAGatewayTimeout() {
        ApiTest.test(
                backend -> Thermometer.at(
                        backend,
                        Authenticator.none(),
                        settings -> settings.http(HttpOptions.builder()
                                .totalTimeout(Duration.ofMillis(100))
                                .build())),
                (app, backend) -> {
                    backend.get("/temp").answers("20").slow(Duration.ofHours(1));

                    assertThat(app.get("/temperature").status()).isEqualTo(504);
                });
    }

    @Test
    void aSlowBackendAnswersInTheEnd() {
        test((app, backend) -> {
            backend.get("/temp").answers("20");
            backend.slow(Duration.ofMillis(20));

            assertThat(app.get("/temperature").status()).isEqualTo(200);
        });
    }

    @Test
    void aBackendThatIsDownComesUpAgain() {
        test((app, backend) -> {
            backend.get("/temp").answers("20");
            backend.down();

            assertThat(app.get("/temperature").status()).isIn(502, 503);
            backend.up();

            assertThat(app.get("/temperature").status()).isEqualTo(200);
        });
    }

    @Test
    void aRequestWithoutScriptFailsTheTestAndSaysWhatIsScripted() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> test((app, backend) -> {
                    backend.get("/temperature").answers("20");

                    assertThat(app.get("/city/oslo").status()).isEqualTo(404);
                    assertThat(backend.requests("GET", "/temp")).hasSize(1);
                }))
                .withMessage("""
                        the backend got requests that nothing is scripted for:
                          GET /temp?city=oslo
                        scripted:
                          GET /temperature (requests: 0)""");
    }

    @Test
    void aTestThatFailsSaysItToo() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> test((app, backend) -> {
                    app.get("/temperature");
                    throw new AssertionError("mine");
                }))
                .withMessage("mine")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .singleElement()
                        .asString()
                        .contains("GET /temp")
                        .contains("scripted: nothing"));
    }

    @Test
    void requestsWithoutScriptMayBeAllowed() {
        ApiTest.behind(Logins.none())
                .allowUnscripted()
                .test(
                        Thermometer::at,
                        (app, backend) -> assertThat(
                                        app.get("/temperature").error().content())
                                .contains("nothing is scripted for GET /temp"));
    }

    @Test
    void aQuestionWhetherTheBackendIsThereIsNoRequest() {
        test((app, backend) -> {
            var asked = java.net.http.HttpClient.newHttpClient()
                    .send(
                            java.net.http.HttpRequest.newBuilder(java.net.URI.create(backend.url() + "/"))
                                    .method("HEAD", java.net.http.HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            java.net.http.HttpResponse.BodyHandlers.discarding());

            assertThat(asked.statusCode()).isEqualTo(204);
            assertThat(backend.requests()).isEmpty();
        });
    }

    @Test
    void secretsAreNotShown() {
        ApiTest.behind(Logins.basic()).test(Thermometer::at, (app, backend) -> {
            backend.get("/temp").answers("20");
            app.as("alice", "wonderland").get("/temperature");

            var request = backend.requests().get(0);
            assertThat(request.header("authorization"))
                    .hasValueSatisfying(value -> assertThat(value).startsWith("Basic "));
            assertThat(request.toString())
                    .contains("Authorization=***", "as alice")
                    .doesNotContain("Basic ");
        });
    }
}

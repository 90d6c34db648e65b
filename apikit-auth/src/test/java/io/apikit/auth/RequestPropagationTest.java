package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.http.BackendRequest;
import io.apikit.http.RetryPolicy;
import io.javalin.Javalin;
import io.javalin.http.Context;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A request's id and trace go on to the backend, with every attempt of its own and nobody else's. */
@Timeout(60)
class RequestPropagationTest {
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final String OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final Followed MINE = new Followed(List.of("mine"), List.of(PARENT), List.of("v=1"));

    /** What of a request can be followed: all headers of each name, as they came. */
    private record Followed(List<String> id, List<String> parent, List<String> state) {
        private static Followed in(Context ctx) {
            return new Followed(all(ctx, "X-Request-Id"), all(ctx, "traceparent"), all(ctx, "tracestate"));
        }

        private static List<String> all(Context ctx, String name) {
            return Collections.list(ctx.req().getHeaders(name));
        }
    }

    private final List<Followed> calls = new CopyOnWriteArrayList<>();
    private final List<Followed> logins = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger rejections = new AtomicInteger();
    private final CyclicBarrier together = new CyclicBarrier(2);
    private final Javalin server = Javalin.create(config -> {
                config.startup.showJavalinBanner = false;
                config.routes.post("/login", ctx -> {
                    logins.add(Followed.in(ctx));
                    ctx.result("{\"token\":\"t\"}");
                });
                config.routes.get("/data", this::data);
                config.routes.get("/both", ctx -> {
                    together.await(20, TimeUnit.SECONDS);
                    ctx.result(String.join("", Followed.in(ctx).id())
                            + String.join("", Followed.in(ctx).parent()));
                });
            })
            .start("127.0.0.1", 0);
    private final Backend backend = Backend.at("http://127.0.0.1:" + server.port())
            .auth(Authenticator.tokenLogin(
                    login -> login.post("/login").credentialsAsBasic().sign("Authorization", "Bearer {token}")))
            .retry(RetryPolicy.builder().baseDelay(Duration.ofMillis(1)).build())
            .build();
    private final ApiApp app = ApiApp.builder(ServiceMetadata.builder()
                    .name("uservice-test")
                    .version("1")
                    .repository("r")
                    .description("d")
                    .build())
            .auth(backend)
            .routes(() -> {
                get("/send", ctx -> ctx.result(backend.session(ctx).get("/data").text()));
                get("/both", ctx -> ctx.result(backend.session(ctx).get("/both").text()));
                get("/stream", ctx -> backend.session(ctx).stream(BackendRequest.get("/data"), ctx));
                get(
                        "/poll",
                        ctx -> ctx.result(backend.session(ctx)
                                .poll(BackendRequest.get("/data"))
                                .first(Duration.ofMillis(10))
                                .until(answer -> calls.size() >= 3)
                                .text()));
                get(
                        "/own",
                        ctx -> ctx.result(backend.session(ctx)
                                .send(BackendRequest.get("/data")
                                        .header("x-request-id", "author's")
                                        .header("Traceparent", OTHER))
                                .text()));
                get(
                        "/nobodys",
                        ctx -> ctx.result(backend.session(Credentials.password("alice", "p"))
                                .get("/data")
                                .text()));
            })
            .build()
            .start("127.0.0.1", 0);

    @AfterEach
    void close() {
        app.stop();
        server.stop();
    }

    private void data(Context ctx) {
        calls.add(Followed.in(ctx));
        if (failures.getAndDecrement() > 0) {
            ctx.status(503);
        } else if (rejections.getAndDecrement() > 0) {
            ctx.status(401);
        } else {
            ctx.result("data");
        }
    }

    private RequestSpecification given(String id, String parent) {
        return RestAssured.given()
                .baseUri("http://127.0.0.1")
                .port(app.port())
                .auth()
                .preemptive()
                .basic("alice", "p")
                .header("X-Request-Id", id)
                .header("traceparent", parent)
                .header("tracestate", "v=1");
    }

    private void ask(String path) {
        var answer = given("mine", PARENT).get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.asString()).isEqualTo("data");
    }

    @Test
    void callCarriesIdAndTraceUnlikeALogin() {
        ask("/send");
        assertThat(calls).containsExactly(MINE);
        assertThat(logins).containsExactly(new Followed(List.of(), List.of(), List.of()));
    }

    @Test
    void everyRetryAndReplayCarriesThem() {
        failures.set(2);
        ask("/send");
        rejections.set(1);
        ask("/send");
        assertThat(calls).hasSize(5).containsOnly(MINE);
        assertThat(logins).hasSize(2).containsOnly(new Followed(List.of(), List.of(), List.of()));
    }

    @Test
    void streamCarriesThem() {
        rejections.set(1);
        ask("/stream");
        assertThat(calls).containsExactly(MINE, MINE);
    }

    @Test
    void everyRequestOfAPollCarriesThem() {
        ask("/poll");
        assertThat(calls).containsExactly(MINE, MINE, MINE);
    }

    @Test
    void authorsTraceWinsWithoutTheCallersState() {
        ask("/own");
        assertThat(calls).containsExactly(new Followed(List.of("author's"), List.of(OTHER), List.of()));
    }

    @Test
    void missingIdIsMadeAndSent() {
        var answer = RestAssured.given()
                .baseUri("http://127.0.0.1")
                .port(app.port())
                .auth()
                .preemptive()
                .basic("alice", "p")
                .header("traceparent", "00-malformed")
                .header("tracestate", "v=1")
                .get("/send");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(calls).containsExactly(new Followed(List.of(answer.header("X-Request-Id")), List.of(), List.of()));
    }

    @Test
    void workWithoutARequestCarriesNone() {
        ask("/nobodys");
        assertThat(calls).containsExactly(new Followed(List.of(), List.of(), List.of()));
    }

    @Test
    void requestsOfOneSessionKeepTheirOwn() {
        var answers = Stream.of(Map.entry("one", PARENT), Map.entry("two", OTHER))
                .map(one -> CompletableFuture.supplyAsync(
                        () -> given(one.getKey(), one.getValue()).get("/both").asString()))
                .toList();
        assertThat(answers.stream().map(CompletableFuture::join)).containsExactly("one" + PARENT, "two" + OTHER);
        assertThat(backend.sessions().size()).isEqualTo(1);
    }
}

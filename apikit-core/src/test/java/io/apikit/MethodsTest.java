package io.apikit;

import static io.javalin.apibuilder.ApiBuilder.delete;
import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.head;
import static io.javalin.apibuilder.ApiBuilder.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.http.Context;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.http.UnauthorizedResponse;
import io.javalin.security.RouteRole;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MethodsTest {
    private static final AtomicInteger SEEN = new AtomicInteger();
    private static Running running;

    private enum Role implements RouteRole {
        STAFF
    }

    @BeforeAll
    static void start() {
        running = Running.start(Running.builder()
                .routePrefixes("/", "/svc")
                .javalin(config -> config.routes
                        .beforeMatched(MethodsTest::check)
                        .options("/own-options", ctx -> ctx.result("mine")))
                .routes(() -> {
                    get("/item/{id}", MethodsTest::item);
                    delete("/item/{id}", ctx -> ctx.status(204));
                    post("/only-post", ctx -> ctx.result("posted"));
                    get("/own-head", ctx -> ctx.result("get"));
                    head("/own-head", ctx -> ctx.header("X-Own", "yes"));
                    get("/own-options", ctx -> ctx.result("get"));
                    get("/staff", ctx -> ctx.result("secret"), Role.STAFF);
                    get(
                            "/future",
                            ctx -> ctx.future(() -> CompletableFuture.supplyAsync(
                                    () -> ctx.status(203).result("later"))));
                    get("/large", ctx -> ctx.contentType("image/png").result("x".repeat(100_000)));
                    get("/refuses", ctx -> {
                        throw new MethodNotAllowedResponse();
                    });
                }));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    private static void check(Context ctx) {
        if (ctx.routeRoles().contains(Role.STAFF)) {
            throw new UnauthorizedResponse();
        }
    }

    private static void item(Context ctx) {
        SEEN.incrementAndGet();
        if (ctx.pathParam("id").equals("none")) {
            throw BackendError.of(404, "no such item").withHeader("X-Looked", "everywhere");
        }
        ctx.status(203).header("X-Id", ctx.pathParam("id")).result("12345");
    }

    @Test
    void headRunsTheGetRouteAndSendsItsStatusAndHeaders() {
        var before = SEEN.get();
        var head = running.given().head("/item/7");
        assertThat(head.statusCode()).isEqualTo(203);
        assertThat(head.header("X-Id")).isEqualTo("7");
        assertThat(head.header("Content-Length")).isEqualTo("5");
        assertThat(head.asString()).isEmpty();
        assertThat(SEEN.get()).isEqualTo(before + 1);
    }

    @Test
    void headSendsNotAByteOfBody() throws Exception {
        for (var path : new String[] {"/item/7", "/item/none", "/large", "/nowhere", "/metadata", "/"}) {
            var answer = running.raw("HEAD " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(answer).as(path).startsWith("HTTP/1.1 ").endsWith("\r\n\r\n");
            assertThat(answer.indexOf("\r\n\r\n")).as(path).isEqualTo(answer.length() - 4);
        }
    }

    @Test
    void headOfAnErrorHasTheErrorsHeaders() {
        var get = running.given().get("/svc/item/none");
        var head = running.given().head("/svc/item/none");
        assertThat(head.statusCode()).isEqualTo(404);
        assertThat(head.header("X-Looked")).isEqualTo("everywhere");
        assertThat(head.header("Content-Type")).isEqualTo("application/json");
        assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
    }

    @Test
    void headOfAFutureWaitsForIt() {
        var head = running.given().head("/future");
        assertThat(head.statusCode()).isEqualTo(203);
        assertThat(head.header("Content-Length")).isEqualTo("5");
    }

    @Test
    void headIsHeldToTheRolesOfTheGetRoute() {
        running.given().get("/staff").then().statusCode(401);
        running.given().head("/staff").then().statusCode(401);
    }

    @Test
    void aHeadOfTheAuthorsOwnIsLeftAlone() {
        var head = running.given().head("/own-head");
        assertThat(head.header("X-Own")).isEqualTo("yes");
    }

    @Test
    void aMethodAPathDoesNotHaveIs405WithThoseItHas() {
        var put = running.given().put("/svc/item/7");
        assertThat(put.statusCode()).isEqualTo(405);
        assertThat(put.header("Allow").split(", ")).containsExactlyInAnyOrder("GET", "HEAD", "DELETE", "OPTIONS");
        assertThat(put.jsonPath().getInt("status_code")).isEqualTo(405);
        assertThat(put.jsonPath().getString("reason")).isEqualTo("Method Not Allowed");

        var get = running.given().get("/only-post");
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.header("Allow").split(", ")).containsExactlyInAnyOrder("POST", "OPTIONS");
    }

    @Test
    void metadataAndHealthAreReadOnly() {
        for (var path : new String[] {"/metadata", "/svc/v1.0/metadata.json/", "/"}) {
            var answer = running.given().post(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(405);
            assertThat(answer.header("Allow").split(", ")).as(path).containsExactlyInAnyOrder("GET", "HEAD", "OPTIONS");
        }
    }

    @Test
    void a405OfTheAuthorsHasAllowToo() {
        assertThat(running.given().get("/refuses").header("Allow")).contains("GET");
    }

    @Test
    void optionsTellsTheMethods() {
        var answer = running.given().options("/item/7");
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.header("Allow").split(", ")).contains("GET", "HEAD", "DELETE", "OPTIONS");
        assertThat(running.given().options("/own-options").asString()).isEqualTo("mine");
        running.given().options("/nowhere").then().statusCode(404);
    }
}

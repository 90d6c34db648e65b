package io.apikit.fuzz;

import static io.javalin.apibuilder.ApiBuilder.delete;
import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.patch;
import static io.javalin.apibuilder.ApiBuilder.path;
import static io.javalin.apibuilder.ApiBuilder.post;
import static io.javalin.apibuilder.ApiBuilder.put;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.BreakerPolicy;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A service with every mode of login, each below a prefix of its own, with routes that read each part of a request. */
final class FuzzedService implements AutoCloseable {
    /** The account of the service below {@code /service} and {@code /client}. */
    static final String ACCOUNT = Secrets.user("serve", 1);

    private static final RetryPolicy SHORT_PAUSES = RetryPolicy.builder()
            .attempts(2)
            .baseDelay(Duration.ofMillis(2))
            .maxDelay(Duration.ofMillis(20))
            .build();

    private static final HttpOptions PATIENT = HttpOptions.builder()
            .responseTimeout(Duration.ofSeconds(20))
            .totalTimeout(Duration.ofSeconds(20))
            .connectTimeout(Duration.ofSeconds(20))
            .bodyLimitBytes(1 << 20)
            .build();

    private final Map<String, Backend> backends = new LinkedHashMap<>();
    private final ApiApp app;

    FuzzedService(HonestBackend behind) {
        var account = Credentials.password(ACCOUNT, Secrets.password(ACCOUNT));
        add("none", Backend.at(behind.url("/open")));
        add("basic", Backend.at(behind.url("/keyed")).auth(Authenticator.basic()));
        add(
                "service",
                Backend.at(behind.url("/keyed/")).auth(Authenticator.basic()).credentials(account));
        add("bearer", Backend.at(behind.url("/keyed")).auth(Authenticator.bearerRelay()));
        add("token", Backend.at(behind.url("/keyed")).auth(tokenLogin()));
        var client = Authenticator.clientCredentials(it -> it.tokenUri(behind.url("/token")));
        add("client", Backend.at(behind.url("/keyed")).auth(client).credentials(account));
        add("proxy", Backend.at(behind.url("/proxied")).auth(Authenticator.oauth2Proxy()));
        this.app = start();
    }

    static Authenticator tokenLogin() {
        return Authenticator.tokenLogin(
                it -> it.post("/login").credentialsAsBasic().sign("X-Token", "{token}"));
    }

    private void add(String mode, Backend.Builder backend) {
        backends.put(mode, unlimited(backend).build());
    }

    /**
     * Sets all limits of logins so high that they do not end a run of many thousand cases. The times are those that
     * honest callers need on a loaded machine. Cases set shorter deadlines of their own.
     */
    static Backend.Builder unlimited(Backend.Builder backend) {
        return backend.refusalsPerUser(1_000_000, Duration.ofMillis(1))
                .refusalsPerSource(1_000_000, Duration.ofMillis(1))
                .logins(1_000_000, Duration.ofMillis(1))
                .renewals(1_000_000, Duration.ofMillis(1))
                .loginCoolDown(Duration.ofMillis(1))
                .http(PATIENT)
                .breaker(BreakerPolicy.none())
                .retry(SHORT_PAUSES)
                .maxSessions(5_000);
    }

    static ServiceMetadata metadata() {
        return ServiceMetadata.builder()
                .name("fuzzed")
                .version("1")
                .repository("https://example.org/fuzzed")
                .description("Gets everything wrong that can be sent.")
                .build();
    }

    private ApiApp start() {
        return ApiApp.builder(metadata())
                .routePrefixes("/", "/fuzzed")
                .closeOnStop(backends.values().toArray(AutoCloseable[]::new))
                .operations(ops -> ops.grace(Duration.ofSeconds(5))
                        .stopDelay(Duration.ZERO)
                        .limits(limits -> limits.headerTime(Duration.ofSeconds(3))))
                .routes(() -> backends.forEach((mode, backend) -> path("/" + mode, () -> routes(backend))))
                .build()
                .start("127.0.0.1", 0);
    }

    private static void routes(Backend to) {
        get("/whoami", ctx -> send(to, ctx, BackendRequest.get("/whoami")));
        get("/seg/{a}", ctx -> send(to, ctx, BackendRequest.get("/seg/{}", ctx.pathParam("a"))));
        get("/two/{a}/x/{b}", ctx -> send(to, ctx, two(ctx)));
        get("/tail/<rest>", ctx -> send(to, ctx, BackendRequest.get("/tail/" + ctx.pathParam("rest"))));
        get("/query", ctx -> show(ctx, to.session(ctx).get("/query", joined(ctx.queryParamMap()))));
        get("/header", ctx -> send(to, ctx, withHeader(ctx)));
        get(
                "/cookies",
                ctx -> send(
                        to,
                        ctx,
                        BackendRequest.get("/c").query("n", ctx.cookieMap().size())));
        get("/stream/<rest>", ctx -> to.session(ctx).stream(streamed(ctx), ctx));
        routesWithBodies(to);
    }

    private static void routesWithBodies(Backend to) {
        post("/json", ctx -> show(ctx, to.session(ctx).post("/json", ctx.bodyAsClass(Map.class))));
        post("/form", ctx -> send(to, ctx, BackendRequest.post("/form").form(joined(ctx.formParamMap()))));
        post("/upload", ctx -> send(to, ctx, BackendRequest.post("/u").query("files", files(ctx))));
        post(
                "/text",
                ctx -> send(
                        to,
                        ctx,
                        BackendRequest.post("/text")
                                .body(ctx.bodyAsBytes(), "text/plain")
                                .query("length", ctx.body().length())));
        put("/bytes", ctx -> send(to, ctx, BackendRequest.put("/bytes").body(ctx.bodyAsBytes(), "text/plain")));
        patch(
                "/seg/{a}",
                ctx -> send(
                        to,
                        ctx,
                        BackendRequest.patch("/seg/{}", ctx.pathParam("a")).json(ctx.path())));
        delete("/seg/{a}", ctx -> send(to, ctx, BackendRequest.delete("/seg/{}", ctx.pathParam("a"))));
    }

    private static BackendRequest two(Context ctx) {
        return BackendRequest.get("/two/{}/and/{}", ctx.pathParam("a"), ctx.pathParam("b"));
    }

    private static BackendRequest streamed(Context ctx) {
        return BackendRequest.get("/streamed/{}", ctx.pathParam("rest"));
    }

    private static BackendRequest withHeader(Context ctx) {
        var value = ctx.header("X-From-Caller");
        return BackendRequest.get("/header").header("X-From-Caller", value == null ? "none" : value);
    }

    private static int files(Context ctx) {
        return ctx.uploadedFiles().size() + ctx.formParamMap().size();
    }

    private static Map<String, String> joined(Map<String, List<String>> parameters) {
        var fields = new TreeMap<String, String>();
        parameters.forEach((name, values) -> fields.put(name, String.join(",", values)));
        return fields;
    }

    private static void send(Backend to, Context ctx, BackendRequest request) {
        show(ctx, to.session(ctx).send(request));
    }

    private static void show(Context ctx, BackendResponse response) {
        ctx.result(response.orThrow().text());
    }

    ApiApp app() {
        return app;
    }

    int port() {
        return app.port();
    }

    Backend backend(String mode) {
        return Objects.requireNonNull(backends.get(mode));
    }

    void stop() {
        app.stop();
    }

    @Override
    public void close() {
        stop();
    }
}

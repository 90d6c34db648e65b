package io.apikit.bench.vertx;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.ext.web.codec.BodyCodec;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

/** One metric of one job, as JSON, from a backend that answers in plain text. All of it runs on one event loop. */
final class Metrics extends VerticleBase {
    private static final int MAX_CONNECTIONS = 512;
    private static final int PATIENCE_MS = 10_000;

    private final int port;
    private final URI backend;

    Metrics(int port, URI backend) {
        this.port = port;
        this.backend = backend;
    }

    @Override
    public Future<?> start() {
        var client = WebClient.create(
                vertx,
                new WebClientOptions()
                        .setDefaultHost(backend.getHost())
                        .setDefaultPort(backend.getPort())
                        .setConnectTimeout(PATIENCE_MS),
                // The default is 5 connections.
                new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS));
        var router = Router.router(vertx);
        router.get("/")
                .handler(ctx -> ctx.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain")
                        .end("OK"));
        router.get("/metadata").handler(ctx -> ctx.json(metadata()));
        router.get("/:jobname/:metric").handler(ctx -> value(client, ctx));
        return vertx.createHttpServer().requestHandler(router).listen(port, "127.0.0.1");
    }

    private void value(WebClient client, RoutingContext ctx) {
        var authorization = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization == null || !authorization.startsWith("Basic ")) {
            tell(ctx, 401, "Unauthorized", "This needs Basic authentication.");
            return;
        }
        client.get(backend.getPath() + "/api")
                .addQueryParam("job", ctx.pathParam("jobname"))
                .addQueryParam("metric", ctx.pathParam("metric"))
                .putHeader(HttpHeaders.AUTHORIZATION.toString(), authorization)
                .timeout(PATIENCE_MS)
                .as(BodyCodec.string())
                .send()
                .onSuccess(answer -> answered(ctx, answer))
                .onFailure(broken -> failed(ctx, broken));
    }

    private static void answered(RoutingContext ctx, HttpResponse<String> answer) {
        var text = Objects.requireNonNullElse(answer.body(), "");
        if (answer.statusCode() >= 300) {
            tell(ctx, answer.statusCode(), answer.statusMessage(), text);
            return;
        }
        ctx.json(JsonObject.of("jobname", ctx.pathParam("jobname"), "metric", ctx.pathParam("metric"), "value", text));
    }

    private static void failed(RoutingContext ctx, Throwable broken) {
        if (broken instanceof TimeoutException) {
            tell(ctx, 504, "Gateway Timeout", "The backend did not answer in time.");
        } else {
            tell(ctx, 502, "Bad Gateway", "The backend cannot be reached.");
        }
    }

    private static void tell(RoutingContext ctx, int status, String reason, String content) {
        if (status == 401) {
            ctx.response().putHeader("WWW-Authenticate", "Basic realm=\"mymicroservice\", charset=\"UTF-8\"");
        }
        ctx.response().setStatusCode(status);
        ctx.json(JsonObject.of("reason", reason, "status_code", status, "error_content", content));
    }

    private static JsonObject metadata() {
        return JsonObject.of(
                "name", "uservice-mymicroservice",
                "version", "0.0.1",
                "repository", "https://github.com/sqre-lsst/uservice-mymicroservice",
                "description", "My delightful microservice",
                "api_version", "1.0",
                "auth", "basic");
    }
}

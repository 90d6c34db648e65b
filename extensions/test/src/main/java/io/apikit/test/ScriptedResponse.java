package io.apikit.test;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/** A response of the {@link ScriptedBackend}. Immutable and thread-safe. */
public final class ScriptedResponse {
    private final int status;
    private final byte[] body;
    private final Map<String, String> headers;
    private final Duration delay;
    private final boolean isDropped;

    private ScriptedResponse(int status, byte[] body, Map<String, String> headers, Duration delay, boolean isDropped) {
        this.status = status;
        this.body = body;
        this.headers = headers;
        this.delay = delay;
        this.isDropped = isDropped;
    }

    /** Returns a 200 with a body of plain text. */
    public static ScriptedResponse text(String body) {
        return of(200, body, "text/plain; charset=utf-8");
    }

    /** Returns a 200 with this value as JSON: a record, a map or the like. */
    public static ScriptedResponse json(Object value) {
        return of(200, JsonMapping.write(value), "application/json");
    }

    /**
     * Returns a response without a body.
     *
     * @throws IllegalArgumentException if the status is not 200 to 599
     */
    public static ScriptedResponse status(int status) {
        return new ScriptedResponse(checked(status), new byte[0], Map.of(), Duration.ZERO, false);
    }

    /**
     * Returns a response with a body.
     *
     * @throws IllegalArgumentException if the status is not 200 to 599
     */
    public static ScriptedResponse of(int status, String body, String contentType) {
        return of(status, body.getBytes(StandardCharsets.UTF_8), contentType);
    }

    /**
     * Returns a response with a body of bytes.
     *
     * @throws IllegalArgumentException if the status is not 200 to 599
     */
    public static ScriptedResponse of(int status, byte[] body, String contentType) {
        return new ScriptedResponse(
                checked(status), body.clone(), Map.of("Content-Type", contentType), Duration.ZERO, false);
    }

    /** Returns what stands for no response: the connection is closed. */
    public static ScriptedResponse dropped() {
        return new ScriptedResponse(0, new byte[0], Map.of(), Duration.ZERO, true);
    }

    /** What a backend responds with that fails. */
    static ScriptedResponse failure(int status) {
        return of(status, "scripted failure", "text/plain; charset=utf-8");
    }

    private static int checked(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " is not 200 to 599");
        }
        return status;
    }

    /** Returns the response with this header too, in place of one of the same name. */
    public ScriptedResponse header(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.keySet().removeIf(name::equalsIgnoreCase);
        more.put(name, value);
        return new ScriptedResponse(status, body, more, delay, isDropped);
    }

    /** Returns the response with a {@code Retry-After} in full seconds, rounded up. */
    public ScriptedResponse retryAfter(Duration pause) {
        return header(
                "Retry-After", Long.toString(pause.plusSeconds(1).minusNanos(1).toSeconds()));
    }

    /** Returns the response, which the backend sends that much later. It costs no thread. */
    public ScriptedResponse after(Duration more) {
        return new ScriptedResponse(status, body, headers, delay.plus(more), isDropped);
    }

    void send(Context ctx) {
        if (delay.isZero()) {
            write(ctx);
            return;
        }
        var timer = CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS);
        ctx.future(() -> CompletableFuture.runAsync(() -> write(ctx), timer));
    }

    private void write(Context ctx) {
        if (isDropped) {
            drop(ctx);
            return;
        }
        ctx.status(status);
        headers.forEach(ctx::header);
        ctx.result(body);
    }

    /** The connection is gone before anything is written to it, whatever the handlers write after this one. */
    private static void drop(Context ctx) {
        ServletContextRequest.getServletContextRequest(ctx.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close();
    }

    @Override
    public String toString() {
        return isDropped ? "no response" : status + " with " + body.length + " bytes";
    }
}

package io.apikit.bench.micro;

import static io.javalin.apibuilder.ApiBuilder.get;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.javalin.http.Context;
import io.javalin.http.servlet.JavalinServletContextConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;

/**
 * A request that has come over a socket to a real app, and whose handler does not return before this is closed: what is
 * done with a request can be measured again and again on the real thing, without the way there and back.
 */
public final class HeldRequest implements AutoCloseable {
    /** What curl sends. */
    private static final List<String> REQUEST = List.of(
            "GET /nightly/coverage HTTP/1.1",
            "Host: 127.0.0.1",
            "User-Agent: curl/8.5.0",
            "Accept: */*",
            "Authorization: Basic YWxpY2U6d29uZGVybGFuZC1pcy1sb25n");

    private final CountDownLatch over = new CountDownLatch(1);
    private final CompletableFuture<Context> held = new CompletableFuture<>();
    private final ApiApp app;
    private final Socket caller;
    private final Context context;

    private HeldRequest(String... headers) {
        this.app = ApiApp.builder(metadata())
                .operations(ops -> ops.grace(Duration.ZERO))
                .routes(() -> get("/{jobname}/{metric}", ctx -> {
                    held.complete(ctx);
                    over.await();
                }))
                .build()
                .start("127.0.0.1", 0);
        this.caller = call(app.port(), headers);
        this.context = awaited();
    }

    /** Starts the app and has it hold a request with these headers more. */
    public static HeldRequest begin(String... headers) {
        return new HeldRequest(headers);
    }

    /** The metadata of the app, and of a typical one. */
    public static ServiceMetadata metadata() {
        return ServiceMetadata.builder()
                .name("uservice-mymicroservice")
                .version("0.0.1")
                .repository("https://github.com/sqre-lsst/uservice-mymicroservice")
                .description("My delightful microservice")
                .build();
    }

    /** As a handler sees it. */
    public Context context() {
        return context;
    }

    /** The same as if it had come with this {@code Authorization}. */
    public Context contextOf(String authorization) {
        return CallersContext.of(JavalinServletContextConfig.Companion.of(app.unsafe), context, authorization);
    }

    /** As the server sees it. */
    public Request request() {
        return ServletContextRequest.getServletContextRequest(context.req());
    }

    private static Socket call(int port, String... headers) {
        var lines = Stream.concat(REQUEST.stream(), Stream.of(headers)).map(line -> line + "\r\n");
        var head = lines.collect(Collectors.joining()) + "\r\n";
        try {
            var socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return socket;
        } catch (IOException e) {
            throw new IllegalStateException("the app cannot be reached", e);
        }
    }

    private Context awaited() {
        try {
            return held.get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("no request came within 10 s", e);
        }
    }

    @Override
    public void close() {
        over.countDown();
        try {
            caller.close();
        } catch (IOException e) {
            throw new IllegalStateException("the caller's connection cannot be closed", e);
        }
        app.stop();
    }
}

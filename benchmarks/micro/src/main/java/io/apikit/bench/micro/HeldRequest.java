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
 * A request that a real app has received over a socket. Its handler does not return before this is closed, so the work
 * for a request can be measured many times on a real request, without its transfer.
 */
final class HeldRequest implements AutoCloseable {
    /** The headers of curl. */
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

    /** Starts an app, and sends it a request with these additional headers. */
    static HeldRequest begin(String... headers) {
        return new HeldRequest(headers);
    }

    private static ServiceMetadata metadata() {
        return ServiceMetadata.builder()
                .name("uservice-mymicroservice")
                .version("0.0.1")
                .repository("https://github.com/sqre-lsst/uservice-mymicroservice")
                .description("My delightful microservice")
                .build();
    }

    /** Returns the request's context with this {@code Authorization}. */
    Context contextOf(String authorization) {
        return CallersContext.of(JavalinServletContextConfig.Companion.of(app.unsafe), context, authorization);
    }

    /** Returns Jetty's view of the request. */
    Request request() {
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

package io.apikit;

import io.javalin.Javalin;
import io.javalin.apibuilder.EndpointGroup;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** An app on a free port of the loopback interface, and ways to call it. */
public record Running(Javalin app) implements AutoCloseable {
    static final ServiceMetadata METADATA = ServiceMetadata.builder()
            .name("uservice-test")
            .version("0.0.1")
            .repository("https://example.org/uservice-test")
            .description("A \"test\" service")
            .build();

    public static ApiApp.Builder builder() {
        return ApiApp.builder(METADATA);
    }

    public static Running start(ApiApp.Builder builder) {
        return new Running(builder.build().start("127.0.0.1", 0));
    }

    public static Running routes(EndpointGroup routes) {
        return start(builder().routes(routes));
    }

    public RequestSpecification given() {
        return RestAssured.given()
                .baseUri("http://127.0.0.1")
                .port(app.port())
                .header("Connection", "close")
                .redirects()
                .follow(false);
    }

    /** Sends these bytes and gives back all that comes until the server closes. */
    public String raw(String request) throws IOException {
        return rawFrom("127.0.0.1", request);
    }

    /** The same from this address; Linux and Windows have all of 127.0.0.0/8. */
    public String rawFrom(String source, String request) throws IOException {
        var service = InetAddress.getLoopbackAddress();
        try (var socket = new Socket(service, app.port(), InetAddress.getByName(source), 0)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    public void close() {
        app.stop();
    }
}

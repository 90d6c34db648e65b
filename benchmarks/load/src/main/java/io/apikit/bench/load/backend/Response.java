package io.apikit.bench.load.backend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.time.Duration;

/** A response, and the delay before it is sent. The writer takes a duplicate of the bytes. */
record Response(ByteBuffer bytes, Duration delay) {
    static Response text(String body) {
        return of("200 OK", "Content-Type: text/plain\r\n", body);
    }

    static Response json(String body) {
        return of("200 OK", "Content-Type: application/json\r\n", body);
    }

    static Response unauthorized() {
        return of("401 Unauthorized", "WWW-Authenticate: Basic realm=\"bench\"\r\n", "Who are you?");
    }

    static Response notFound() {
        return of("404 Not Found", "", "There is nothing here.");
    }

    static Response failed() {
        return of("500 Internal Server Error", "Content-Type: text/plain\r\n", "The job's metrics are broken.");
    }

    private static Response of(String status, String fields, String body) {
        var message = "HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        return new Response(ByteBuffer.wrap(message.getBytes(ISO_8859_1)).asReadOnlyBuffer(), Duration.ZERO);
    }

    Response after(Duration delay) {
        return new Response(bytes, delay);
    }
}

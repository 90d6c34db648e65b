package io.apikit.bench.load.backend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.time.Duration;

/** An answer, ready to be written, and how long it takes until then. To be written from a duplicate. */
record Answer(ByteBuffer bytes, Duration delay) {
    static Answer text(String body) {
        return of("200 OK", "Content-Type: text/plain\r\n", body);
    }

    static Answer json(String body) {
        return of("200 OK", "Content-Type: application/json\r\n", body);
    }

    static Answer unauthorized() {
        return of("401 Unauthorized", "WWW-Authenticate: Basic realm=\"bench\"\r\n", "Who are you?");
    }

    static Answer notFound() {
        return of("404 Not Found", "", "There is nothing here.");
    }

    private static Answer of(String status, String fields, String body) {
        var message = "HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        return new Answer(ByteBuffer.wrap(message.getBytes(ISO_8859_1)).asReadOnlyBuffer(), Duration.ZERO);
    }

    Answer after(Duration delay) {
        return new Answer(bytes, delay);
    }
}

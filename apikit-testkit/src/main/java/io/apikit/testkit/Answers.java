package io.apikit.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.HttpStatus;

/** Answers that are in order, as they are on the wire. */
final class Answers {
    private Answers() {}

    static String good(int status, String contentType, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return statusLine(status) + "Content-Type: " + contentType + "\r\nContent-Length: " + bytes.length + "\r\n\r\n"
                + new String(bytes, ISO_8859_1);
    }

    static String redirect(int status, String location) {
        return statusLine(status) + "Location: " + location + "\r\nContent-Length: 0\r\n\r\n";
    }

    private static String statusLine(int status) {
        return "HTTP/1.1 " + status + " " + HttpStatus.forStatus(status).getMessage() + "\r\n";
    }
}

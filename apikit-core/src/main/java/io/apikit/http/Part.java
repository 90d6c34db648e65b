package io.apikit.http;

import io.apikit.BackendError;
import io.apikit.internal.util.HttpSyntax;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/**
 * One part of a {@link BackendRequest#multipart multipart} body: a form field or a file (RFC 7578). Immutable and
 * threadsafe.
 *
 * <p>Names and file names are sent in UTF-8, a quotation mark in them as {@code %22}, as browsers do. A control
 * character there is a {@link BackendError} 400, since they are a caller's input as a rule.
 */
public final class Part {
    private static final String ANY_TYPE = "application/octet-stream";

    private final String name;
    private final byte[] head;
    private final RequestBody.Ready content;

    private Part(String name, String head, RequestBody.Ready content) {
        this.name = name;
        this.head = head.getBytes(StandardCharsets.UTF_8);
        this.content = content;
    }

    /** A form field; its value is sent in UTF-8. */
    public static Part field(String name, Object value) {
        var text = Objects.requireNonNull(value, () -> "value of field " + name).toString();
        var content = new RequestBody.Bytes(text.getBytes(StandardCharsets.UTF_8), "text/plain");
        return new Part(name, disposition(name) + "\r\n\r\n", content);
    }

    /** {@link #file(String, Path, String)} as {@code application/octet-stream}. */
    public static Part file(String name, Path file) {
        return file(name, file, ANY_TYPE);
    }

    /**
     * A file under its own name, read from its disk each time it is sent, and never whole.
     *
     * @throws IllegalArgumentException if it cannot be read, naming it
     */
    public static Part file(String name, Path file, String contentType) {
        return file(name, String.valueOf(file.getFileName()), FileBody.of(file, contentType));
    }

    /** These bytes, copied, as a file of this name. */
    public static Part file(String name, String filename, String contentType, byte[] bytes) {
        Headers.requireSendable("Content-Type", contentType);
        return file(name, filename, new RequestBody.Bytes(bytes.clone(), contentType));
    }

    private static Part file(String name, String filename, RequestBody.Ready content) {
        var head = disposition(name) + "; filename=\"" + quotable("file name", filename) + "\"\r\nContent-Type: "
                + content.contentType() + "\r\n\r\n";
        return new Part(name, head, content);
    }

    private static String disposition(String name) {
        return "Content-Disposition: form-data; name=\"" + quotable("name", name) + '"';
    }

    private static String quotable(String what, String text) {
        if (HttpSyntax.hasControl(text)) {
            throw BackendError.of(400, "The " + what + " of a part must not contain a control character");
        }
        return text.replace("\"", "%22");
    }

    /** What stands before its content. */
    byte[] head() {
        return head;
    }

    RequestBody.Ready content() {
        return content;
    }

    @Override
    public String toString() {
        return "Part[" + name + ']';
    }
}

package io.apikit.http;

import io.apikit.BackendError;
import io.apikit.internal.util.HttpSyntax;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/**
 * One part of a {@link BackendRequest#multipart multipart} body: a form field or a file (RFC 7578). Immutable and
 * thread-safe.
 *
 * <p>Names and file names are sent in UTF-8, with a quotation mark as {@code %22}, as browsers do. A control character
 * in one of them is a {@link BackendError} 400: usually they are a caller's input.
 */
public final class Part {
    private static final String ANY_TYPE = "application/octet-stream";

    private final String name;
    private final byte[] head;
    private final RequestBody content;

    private Part(String name, String head, RequestBody content) {
        this.name = name;
        this.head = head.getBytes(StandardCharsets.UTF_8);
        this.content = content;
    }

    /** Returns a form field. Its value is sent in UTF-8. */
    public static Part field(String name, Object value) {
        var text = Objects.requireNonNull(value, () -> "value of field " + name).toString();
        var content = new BytesBody(text.getBytes(StandardCharsets.UTF_8), "text/plain");
        return new Part(name, disposition(name) + "\r\n\r\n", content);
    }

    /** Returns a file of type {@code application/octet-stream}, as {@link #file(String, Path, String)} does. */
    public static Part file(String name, Path file) {
        return file(name, file, ANY_TYPE);
    }

    /**
     * Returns a file under its own name. It is read from the disk each time the request is sent, and is never held in
     * memory whole. Its length is taken now: sending a file that has another length by then throws a
     * {@link BackendError} 500.
     *
     * @throws IllegalArgumentException if the file cannot be read, naming it
     */
    public static Part file(String name, Path file, String contentType) {
        return file(name, String.valueOf(file.getFileName()), FileBody.of(file, contentType));
    }

    /** Returns a copy of these bytes as a file of this name. */
    public static Part file(String name, String filename, String contentType, byte[] bytes) {
        Headers.requireSendable("Content-Type", contentType);
        return file(name, filename, new BytesBody(bytes.clone(), contentType));
    }

    private static Part file(String name, String filename, RequestBody content) {
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

    /** Returns the headers of the part, and the empty line after them. */
    byte[] head() {
        return head;
    }

    RequestBody content() {
        return content;
    }

    @Override
    public String toString() {
        return "Part[" + name + ']';
    }
}

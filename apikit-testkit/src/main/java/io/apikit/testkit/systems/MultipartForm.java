package io.apikit.testkit.systems;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A multipart body (RFC 7578). It is read from the raw body, which can be compared with that of a replay. */
final class MultipartForm {
    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)\"?", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME = Pattern.compile("; name=\"([^\"]*)\"", Pattern.CASE_INSENSITIVE);
    private static final Pattern FILENAME = Pattern.compile("filename=\"([^\"]*)\"", Pattern.CASE_INSENSITIVE);

    private static final class Part {
        private final String filename;
        private final byte[] bytes;

        private Part(String filename, byte[] bytes) {
            this.filename = filename;
            this.bytes = bytes;
        }
    }

    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final byte[] body;

    private MultipartForm(byte[] body) {
        this.body = body;
    }

    /** Reads the body of the request. A body that is not multipart has no parts. */
    static MultipartForm of(Context ctx) {
        MultipartForm form = new MultipartForm(ctx.bodyAsBytes());
        String type = Optional.ofNullable(ctx.header("Content-Type")).orElse("");
        Matcher boundary = BOUNDARY.matcher(type);
        if (type.startsWith("multipart/form-data") && boundary.find()) {
            form.read("\r\n--" + boundary.group(1), "\r\n" + new String(form.body, ISO_8859_1));
        }
        return form;
    }

    /** In the text, one character is one byte. */
    private void read(String delimiter, String text) {
        int start = text.indexOf(delimiter);
        int end = text.indexOf(delimiter, start + 1);
        while (start >= 0 && end > start) {
            add(text.substring(start + delimiter.length(), end));
            start = end;
            end = text.indexOf(delimiter, start + 1);
        }
    }

    private void add(String part) {
        int blank = part.indexOf("\r\n\r\n");
        String headers = blank < 0 ? "" : part.substring(0, blank);
        Matcher name = NAME.matcher(headers);
        Matcher filename = FILENAME.matcher(headers);
        if (name.find()) {
            String file = filename.find() ? new String(filename.group(1).getBytes(ISO_8859_1), UTF_8) : "";
            parts.putIfAbsent(
                    name.group(1), new Part(file, part.substring(blank + 4).getBytes(ISO_8859_1)));
        }
    }

    /** Returns whether there is a file of this name, with a file name. */
    boolean has(String name) {
        return !filename(name).isEmpty();
    }

    /** Returns the file name of a part; empty if there is none. */
    String filename(String name) {
        return Optional.ofNullable(parts.get(name)).map(part -> part.filename).orElse("");
    }

    /** Returns the bytes of a file; empty if there is none. */
    byte[] bytes(String name) {
        return Optional.ofNullable(parts.get(name))
                .filter(part -> !part.filename.isEmpty())
                .map(part -> part.bytes)
                .orElse(new byte[0]);
    }

    /** Returns the text of a field; empty if there is none. */
    String text(String name) {
        return Optional.ofNullable(parts.get(name))
                .map(part -> new String(part.bytes, UTF_8))
                .orElse("");
    }

    byte[] body() {
        return body;
    }
}

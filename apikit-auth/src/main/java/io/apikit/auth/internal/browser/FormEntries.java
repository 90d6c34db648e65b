package io.apikit.auth.internal.browser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names and values that a form sends, in its encoding (HTML Standard, section 4.10.22.4 to 4.10.22.8). {@code dirname}
 * is not sent: it is for the direction of a text that somebody types. Used by one thread.
 */
final class FormEntries {
    static final String URLENCODED = "application/x-www-form-urlencoded";

    private static final String MULTIPART = "multipart/form-data";
    private static final String PLAIN = "text/plain";
    private static final String BOUNDARY = "----FormBoundary";
    private static final Pattern LINE_END = Pattern.compile("\\r\\n?|\\n");

    private final Charset charset;
    private final List<Entry> entries = new ArrayList<>();

    FormEntries(Charset charset) {
        this.charset = charset;
    }

    /** @param isFile whether it is a file that nobody has chosen */
    private record Entry(String name, String value, boolean isFile) {}

    /**
     * An encoded form.
     *
     * @param text each character is one byte
     */
    record Body(String type, String text) {}

    /** Adds the entries of a control. One without a name has none, but an image that was clicked has its place. */
    void add(HtmlControl control, Optional<String> filled, boolean isPressed) {
        var name = control.name();
        if (isPressed && control.isImage()) {
            var prefix = name.isEmpty() ? "" : name + ".";
            add(prefix + "x", "0", false);
            add(prefix + "y", "0", false);
        } else if (name.isEmpty()) {
            return;
        } else if (isPressed) {
            add(name, control.pressedValue(), false);
        } else if (control.isHidden() && name.equalsIgnoreCase("_charset_")) {
            add(name, PageCharset.nameOf(charset), false);
        } else {
            filled.map(List::of).orElseGet(control::values).forEach(value -> add(name, value, control.isFile()));
        }
    }

    private void add(String name, String value, boolean isFile) {
        entries.add(new Entry(lines(name), lines(value), isFile));
    }

    private static String lines(String text) {
        return LINE_END.matcher(text).replaceAll("\r\n");
    }

    /** Returns the form as the query of an address, or as the usual body. */
    String urlencoded() {
        return entries.stream()
                .map(entry -> UrlEncoding.FORM.of(entry.name(), charset) + '=' + UrlEncoding.FORM.of(entry.value(), charset))
                .collect(Collectors.joining("&"));
    }

    /** Returns the form in the way that its page asks for; in the usual way if that is unknown. */
    Body body(String enctype) {
        return switch (enctype) {
            case MULTIPART -> multipart();
            case PLAIN -> new Body(
                    PLAIN,
                    entries.stream()
                            .map(entry -> bytes(entry.name()) + '=' + bytes(entry.value()) + "\r\n")
                            .collect(Collectors.joining()));
            default -> new Body(URLENCODED, urlencoded());
        };
    }

    /** RFC 7578. The boundary is one that no part has. */
    private Body multipart() {
        var parts = entries.stream().map(this::part).toList();
        var boundary = BOUNDARY;
        for (int number = 0; contain(parts, boundary); number++) {
            boundary = BOUNDARY + number;
        }
        var line = "--" + boundary;
        var text = parts.stream().map(part -> line + "\r\n" + part + "\r\n").collect(Collectors.joining());
        return new Body(MULTIPART + "; boundary=" + boundary, text + line + "--\r\n");
    }

    private static boolean contain(List<String> parts, String boundary) {
        return parts.stream().anyMatch(part -> part.contains(boundary));
    }

    private String part(Entry entry) {
        var name = bytes(entry.name())
                .replace("\"", "%22")
                .replace("\r", "%0D")
                .replace("\n", "%0A");
        var file = entry.isFile() ? "; filename=\"\"\r\nContent-Type: application/octet-stream" : "";
        return "Content-Disposition: form-data; name=\"" + name + '"' + file + "\r\n\r\n" + bytes(entry.value());
    }

    /** Returns a text with a character for each byte in the form's encoding. */
    private String bytes(String text) {
        return URLDecoder.decode(UrlEncoding.FORM.of(text, charset), ISO_8859_1);
    }
}

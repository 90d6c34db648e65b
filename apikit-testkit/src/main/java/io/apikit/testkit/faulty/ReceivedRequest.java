package io.apikit.testkit.faulty;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;

/** One request as it came to a {@link FaultyServer}, well-formed or not. Immutable: its arrays are copies. */
public final class ReceivedRequest {
    private static final String LINE_END = "\r\n";

    private final int connection;
    private final String head;
    private final byte[] body;

    ReceivedRequest(int connection, String head, byte[] body) {
        this.connection = connection;
        this.head = head;
        this.body = body;
    }

    /** Which connection it came on; the first is 1. */
    public int connection() {
        return connection;
    }

    /** As it came, such as {@code GET}. */
    public String method() {
        return word(0);
    }

    /** The path with its query, as it came. */
    public String target() {
        return word(1);
    }

    /** The path without its query, as it came. */
    public String path() {
        return target().split("\\?", 2)[0];
    }

    private String word(int position) {
        String[] words = head.split(LINE_END, 2)[0].split(" ", 3);
        return position < words.length ? words[position] : "";
    }

    /** The first header of this name, in whatever case. */
    public Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    /** All headers of this name, in whatever case, in their order. */
    public List<String> headers(String name) {
        String prefix = name + ":";
        return head.lines()
                .skip(1)
                .filter(line -> line.regionMatches(true, 0, prefix, 0, prefix.length()))
                .map(line -> line.substring(prefix.length()).strip())
                .toList();
    }

    /** The request line and the headers, byte for byte as Latin-1, up to and with the empty line. */
    public String head() {
        return head;
    }

    /** The body without its framing; empty where there is none, or where the script left it unread. */
    public byte[] body() {
        return body.clone();
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, UTF_8);
    }

    /** What it costs to keep. */
    long size() {
        return (long) head.length() + body.length;
    }

    /** No header, no query and no body: they hold secrets. */
    @Override
    public String toString() {
        return "ReceivedRequest[" + method() + " " + path() + ", " + body.length + " bytes, connection " + connection
                + "]";
    }
}

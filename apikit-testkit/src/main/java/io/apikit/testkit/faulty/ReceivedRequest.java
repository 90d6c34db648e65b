package io.apikit.testkit.faulty;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;

/** A request as it reached a {@link FaultyServer}, well-formed or not. Immutable: its arrays are copies. */
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

    /** Returns the number of its connection. The first is 1. */
    public int connection() {
        return connection;
    }

    /** Returns the method as it was sent, such as {@code GET}. */
    public String method() {
        return word(0);
    }

    /** Returns the path with its query, as it was sent. */
    public String target() {
        return word(1);
    }

    /** Returns the path without its query, as it was sent. */
    public String path() {
        return target().split("\\?", 2)[0];
    }

    private String word(int position) {
        String[] words = head.split(LINE_END, 2)[0].split(" ", 3);
        return position < words.length ? words[position] : "";
    }

    /** Returns the first header of this name, in upper or lower case. */
    public Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    /** Returns all headers of this name, in upper or lower case, in their order. */
    public List<String> headers(String name) {
        String prefix = name + ":";
        return head.lines()
                .skip(1)
                .filter(line -> line.regionMatches(true, 0, prefix, 0, prefix.length()))
                .map(line -> line.substring(prefix.length()).strip())
                .toList();
    }

    /** Returns the request line and the headers, byte for byte as Latin-1, up to the empty line and including it. */
    public String head() {
        return head;
    }

    /** Returns the body without its framing; empty if there is none, or the script has left it unread. */
    public byte[] body() {
        return body.clone();
    }

    /** Returns the body as UTF-8. */
    public String text() {
        return new String(body, UTF_8);
    }

    /** Returns the number of bytes that it takes to keep. */
    long size() {
        return (long) head.length() + body.length;
    }

    /** Returns no header, query or body, because they hold secrets. */
    @Override
    public String toString() {
        return "ReceivedRequest[" + method() + " " + path() + ", " + body.length + " bytes, connection " + connection
                + "]";
    }
}

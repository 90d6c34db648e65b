package io.apikit.bench.load.backend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Optional;

/** A request. The authorization is empty if the request has none. Immutable. */
record Request(String method, String path, String query, String authorization) {
    private static final String END = "\r\n\r\n";

    /** Takes the next complete request from a buffer (from 0 to its position). What follows it stays in the buffer. */
    static Optional<Request> next(ByteBuffer received) {
        var bytes = new byte[received.position()];
        received.duplicate().flip().get(bytes);
        var text = new String(bytes, ISO_8859_1);
        int end = text.indexOf(END);
        if (end < 0) {
            return Optional.empty();
        }
        var head = text.substring(0, end + 2);
        var length = field(head, "\r\ncontent-length:");
        int total = end + END.length() + (length.isEmpty() ? 0 : Integer.parseInt(length));
        if (total > bytes.length) {
            return Optional.empty();
        }
        received.flip().position(total);
        received.compact();
        return Optional.of(of(head));
    }

    private static Request of(String head) {
        int method = head.indexOf(' ');
        int target = head.indexOf(' ', method + 1);
        int query = head.indexOf('?', method + 1);
        int path = query < 0 || query > target ? target : query;
        return new Request(
                head.substring(0, method),
                head.substring(method + 1, path),
                head.substring(Math.min(path + 1, target), target),
                field(head, "\r\nauthorization:"));
    }

    /** @param name in lower case, between a line's end and a colon */
    private static String field(String head, String name) {
        for (int line = head.indexOf("\r\n"); line >= 0; line = head.indexOf("\r\n", line + 2)) {
            if (head.regionMatches(true, line, name, 0, name.length())) {
                return head.substring(line + name.length(), head.indexOf("\r\n", line + 2))
                        .strip();
            }
        }
        return "";
    }
}

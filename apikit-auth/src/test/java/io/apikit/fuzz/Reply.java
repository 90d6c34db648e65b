package io.apikit.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;

/**
 * What a {@link RawServer} writes to one request, and how the connection goes on after it.
 *
 * @param pauseMillis before each piece but the first
 */
record Reply(List<byte[]> pieces, int pauseMillis, End end) {
    /** How the connection goes on. */
    enum End {
        KEEP,
        CLOSE,
        RESET,
        /** Nothing more is sent. The connection stays open for longer than the deadline of a case. */
        STALL
    }

    static Reply of(byte[] bytes, End end) {
        return new Reply(List.of(bytes), 0, end);
    }

    /** Returns a correct response with further header lines, each with its line break. */
    static Reply of(int status, String headers, String body) {
        var bytes = body.getBytes(ISO_8859_1);
        return of(
                ("HTTP/1.1 " + status + " Status\r\n" + headers + "Content-Length: " + bytes.length + "\r\n\r\n" + body)
                        .getBytes(ISO_8859_1),
                End.KEEP);
    }

    static Reply json(int status, String body) {
        return of(status, "Content-Type: application/json\r\n", body);
    }

    /** Returns all bytes as Latin-1. */
    String text() {
        var text = new StringBuilder();
        pieces.forEach(piece -> text.append(new String(piece, ISO_8859_1)));
        return text.toString();
    }
}

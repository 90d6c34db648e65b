package io.apikit.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A response as it came over the wire, in Latin-1.
 *
 * @param isWhole false if the connection ended in the middle of it
 */
record WireResponse(int status, String head, String body, boolean isWhole) {
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9][0-9])( [^\\r\\n]*)?");
    private static final String NEXT = "HTTP/1.";

    /** Returns the first header of this name. */
    Optional<String> header(String name) {
        var start = "\n" + name.toLowerCase(Locale.ROOT) + ":";
        int at = head.toLowerCase(Locale.ROOT).indexOf(start);
        if (at < 0) {
            return Optional.empty();
        }
        int from = at + start.length();
        return Optional.of(head.substring(from, head.indexOf('\n', from)).strip());
    }

    String text() {
        return head + body;
    }

    /**
     * Reads the next response; empty at the end of the connection.
     *
     * @param mayBeHead whether it may be one to HEAD, which has a length, and is followed by the next response or by
     *     the end of the connection. The stream must support marks then
     * @throws IllegalStateException if it is no HTTP
     */
    static Optional<WireResponse> next(InputStream in, boolean mayBeHead) throws IOException {
        var head = new StringBuilder();
        try {
            if (!readHead(in, head)) {
                return Optional.empty();
            }
        } catch (EOFException ignored) {
            return Optional.of(new WireResponse(status(head.toString()), head + "\n", "", false));
        }
        int status = status(head.toString());
        var bare = new WireResponse(status, head.toString(), "", true);
        if (status < 200 || status == 204 || status == 304) {
            return Optional.of(bare);
        }
        var body = new ByteArrayOutputStream();
        boolean isWhole = bare.readBody(in, body, mayBeHead);
        return Optional.of(new WireResponse(status, head.toString(), body.toString(ISO_8859_1), isWhole));
    }

    private static int status(String head) {
        var line = head.lines().findFirst().orElse("");
        var parsed = STATUS_LINE.matcher(line);
        if (!parsed.matches()) {
            throw new IllegalStateException("no status line: " + Secrets.masked(head, 300));
        }
        return Integer.parseInt(parsed.group(1));
    }

    /** Returns false at the end of the connection. */
    private static boolean readHead(InputStream in, StringBuilder head) throws IOException {
        while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
            int next = in.read();
            if (next < 0 && head.isEmpty()) {
                return false;
            }
            if (next < 0) {
                throw new EOFException();
            }
            head.append((char) next);
        }
        return true;
    }

    private boolean readBody(InputStream in, ByteArrayOutputStream body, boolean mayBeHead) throws IOException {
        boolean isChunked = header("Transfer-Encoding").isPresent();
        if (isChunked && !(mayBeHead && isNextAhead(in))) {
            return readChunks(in, body);
        }
        var length = header("Content-Length");
        if (length.isEmpty() && !isChunked) {
            in.transferTo(body);
            return true;
        }
        if (length.isEmpty() || (mayBeHead && isNextAhead(in))) {
            return true;
        }
        long expected = Long.parseLong(length.get());
        body.writeBytes(in.readNBytes((int) Math.min(expected, Integer.MAX_VALUE)));
        return body.size() == expected || (mayBeHead && body.size() == 0);
    }

    /** Looks ahead: this is what follows a response to HEAD. */
    private static boolean isNextAhead(InputStream in) throws IOException {
        in.mark(NEXT.length());
        for (int i = 0; i < NEXT.length(); i++) {
            if (in.read() != NEXT.charAt(i)) {
                in.reset();
                return false;
            }
        }
        in.reset();
        return true;
    }

    private static boolean readChunks(InputStream in, ByteArrayOutputStream body) throws IOException {
        try {
            for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
                var chunk = in.readNBytes(size);
                body.writeBytes(chunk);
                if (chunk.length < size) {
                    return false;
                }
                line(in);
            }
            while (!line(in).isEmpty()) {
                // Trailers are ignored.
            }
            return true;
        } catch (EOFException ignored) {
            return false;
        }
    }

    private static int chunkSize(InputStream in) throws IOException {
        return Integer.parseInt(line(in), 16);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }
}

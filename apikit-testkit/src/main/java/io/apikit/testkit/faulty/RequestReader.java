package io.apikit.testkit.faulty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads the HTTP/1.1 requests (RFC 9112) of one connection. It accepts what a correct client sends. */
final class RequestReader {
    private static final String END_OF_HEAD = "\r\n\r\n";

    private final int connection;
    private final InputStream in;

    RequestReader(int connection, InputStream in) {
        this.connection = connection;
        this.in = in;
    }

    /** Reads the head of the next request. */
    ReceivedRequest head() throws IOException {
        StringBuilder head = new StringBuilder();
        do {
            head.append((char) next());
        } while (!endsHead(head));
        return new ReceivedRequest(connection, head.toString(), new byte[0]);
    }

    private static boolean endsHead(CharSequence head) {
        int start = head.length() - END_OF_HEAD.length();
        return start >= 0 && END_OF_HEAD.contentEquals(head.subSequence(start, head.length()));
    }

    /** Reads the body of a request: in chunks, or as long as it states. */
    ReceivedRequest withBody(ReceivedRequest head) throws IOException {
        boolean isChunked = head.header("Transfer-Encoding").isPresent();
        byte[] body = isChunked
                ? chunks()
                : whole(length(head.header("Content-Length").orElse("0"), 10));
        return new ReceivedRequest(connection, head.head(), body);
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            body.write(whole(size));
            line();
        }
        while (!line().isEmpty()) {
            // Trailers are ignored.
        }
        return body.toByteArray();
    }

    private int chunkSize() throws IOException {
        return length(line().split(";", 2)[0].strip(), 16);
    }

    private static int length(String number, int radix) throws IOException {
        try {
            return Integer.parseUnsignedInt(number, radix);
        } catch (NumberFormatException e) {
            throw new IOException("no length: " + number, e);
        }
    }

    private byte[] whole(int length) throws IOException {
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the client is gone");
        }
        return body;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = next(); next != '\n'; next = next()) {
            line.write(next);
        }
        return line.toString(ISO_8859_1).strip();
    }

    private int next() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the client is gone");
        }
        return next;
    }
}

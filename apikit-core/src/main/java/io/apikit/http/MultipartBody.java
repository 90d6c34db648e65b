package io.apikit.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * A form of several parts (RFC 7578). The boundary between them is made once, so every replay sends the same bytes.
 *
 * <p>Apache's {@code MultipartEntityBuilder} does not serve here. {@code MultipartTest.partsAreSentAsTheyWereGiven}
 * fails with it, since it escapes a quotation mark with a backslash. It takes a file's length anew each time, so a file
 * that has changed is sent without an error. A file that cannot be read looks like a failed connection. Besides, only
 * {@code internal.client} may use Apache's client, and every transport needs this body.
 */
record MultipartBody(List<Part> parts, String boundary) implements RequestBody {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] LINE_END = {'\r', '\n'};

    static MultipartBody of(Part... parts) {
        if (parts.length == 0) {
            throw new IllegalArgumentException("a multipart body needs at least one part");
        }
        // 128 random bits: no content contains them, not even content made by an attacker.
        var bits = new byte[16];
        RANDOM.nextBytes(bits);
        return new MultipartBody(List.of(parts), "apikit-" + HexFormat.of().formatHex(bits));
    }

    @Override
    public String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    @Override
    public long length() {
        long length = end().length;
        for (var part : parts) {
            length += delimiter().length + part.head().length + part.content().length() + LINE_END.length;
        }
        return length;
    }

    @Override
    public boolean isReplayable() {
        return true;
    }

    @Override
    public void requireReadable() {
        parts.forEach(part -> part.content().requireReadable());
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        for (var part : parts) {
            out.write(delimiter());
            out.write(part.head());
            part.content().writeTo(out);
            out.write(LINE_END);
        }
        out.write(end());
    }

    private byte[] delimiter() {
        return ascii("--" + boundary + "\r\n");
    }

    private byte[] end() {
        return ascii("--" + boundary + "--\r\n");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

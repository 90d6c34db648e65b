package io.apikit.http;

import io.apikit.http.internal.url.PercentEncoding;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** A body of bytes. The array is not copied: its maker hands it over. */
final class BytesBody implements RequestBody {
    private final byte[] bytes;
    private final String contentType;

    BytesBody(byte[] bytes, String contentType) {
        this.bytes = bytes;
        this.contentType = contentType;
    }

    /** The fields as an HTML form sends them, except that a space is {@code %20} here too. */
    static BytesBody form(Map<String, ?> fields) {
        var text = fields.entrySet().stream()
                .map(field -> PercentEncoding.value(field.getKey()) + '=' + PercentEncoding.value(value(field)))
                .collect(Collectors.joining("&"));
        return new BytesBody(text.getBytes(StandardCharsets.US_ASCII), "application/x-www-form-urlencoded");
    }

    private static String value(Map.Entry<String, ?> field) {
        return Objects.requireNonNull(field.getValue(), () -> "value of form field " + field.getKey())
                .toString();
    }

    @Override
    public String contentType() {
        return contentType;
    }

    @Override
    public long length() {
        return bytes.length;
    }

    @Override
    public boolean isReplayable() {
        return true;
    }

    @Override
    public void requireReadable() {
        // Bytes in memory are always readable.
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes);
    }
}

package io.apikit.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Decodes text: by the declared charset, else as UTF-8, else as ISO-8859-1, in which every sequence of bytes is valid.
 */
final class ResponseText {
    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\\s;\"]+)", Pattern.CASE_INSENSITIVE);
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private ResponseText() {}

    static String of(byte[] body, String contentType) {
        if (isAscii(body) && contentType.indexOf(';') < 0) {
            return new String(body, StandardCharsets.US_ASCII); // Most texts; it would be the same in UTF-8.
        }
        var text = declared(contentType)
                .map(charset -> new String(body, charset))
                .or(() -> strictUtf8(body))
                .orElseGet(() -> new String(body, StandardCharsets.ISO_8859_1));
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }

    private static boolean isAscii(byte[] body) {
        for (var each : body) {
            if (each < 0) {
                return false;
            }
        }
        return true;
    }

    private static Optional<Charset> declared(String contentType) {
        var charset = CHARSET.matcher(contentType);
        if (!charset.find()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Charset.forName(charset.group(1)));
        } catch (IllegalArgumentException ignored) { // A name that is not known here.
            return Optional.empty();
        }
    }

    private static Optional<String> strictUtf8(byte[] body) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}

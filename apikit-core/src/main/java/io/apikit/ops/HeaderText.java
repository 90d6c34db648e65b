package io.apikit.ops;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** A header's value as its sender meant it: Go writes UTF-8, which servers read as ISO-8859-1 (RFC 9110, section 5.5). */
final class HeaderText {
    private HeaderText() {}

    static String utf8(String value) {
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(value.getBytes(ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException another) {
            return value;
        }
    }
}

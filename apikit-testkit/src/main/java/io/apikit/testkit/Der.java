package io.apikit.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The few ASN.1 values that a certificate is made of, in the distinguished encoding (ITU-T X.690). */
final class Der {
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private Der() {}

    static byte[] sequence(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return tagged(0x30, all.toByteArray());
    }

    static byte[] integer(long value) {
        return tagged(0x02, BigInteger.valueOf(value).toByteArray());
    }

    static byte[] yes() {
        return tagged(0x01, new byte[] {(byte) 0xff});
    }

    static byte[] octets(byte[] content) {
        return tagged(0x04, content);
    }

    /** Of whole bytes. */
    static byte[] bits(byte[] content) {
        byte[] unusedFirst = new byte[content.length + 1];
        System.arraycopy(content, 0, unusedFirst, 1, content.length);
        return tagged(0x03, unusedFirst);
    }

    /** Before 2050. */
    static byte[] time(Instant instant) {
        return tagged(0x17, UTC_TIME.format(instant).getBytes(US_ASCII));
    }

    /** Such as {@code 2.5.29.17}. */
    static byte[] identifier(String dotted) {
        String[] arcs = dotted.split("\\.", -1);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            arc(all, Integer.parseInt(arcs[i]));
        }
        return tagged(0x06, all.toByteArray());
    }

    /** Seven bits a byte; all but the last have the eighth. */
    private static void arc(ByteArrayOutputStream all, int value) {
        for (int shift = 28; shift > 0; shift -= 7) {
            if (value >>> shift != 0) {
                all.write(((value >>> shift) & 0x7f) | 0x80);
            }
        }
        all.write(value & 0x7f);
    }

    static byte[] tagged(int tag, byte[] content) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        if (content.length >= 0x80) {
            byte[] length = BigInteger.valueOf(content.length).toByteArray();
            int sign = length[0] == 0 ? 1 : 0;
            all.write(0x80 | (length.length - sign));
            all.write(length, sign, length.length - sign);
        } else {
            all.write(content.length);
        }
        all.writeBytes(content);
        return all.toByteArray();
    }
}

package io.apikit.testkit.systems;

import java.io.InputStream;
import java.util.Random;

/**
 * A part of a body that is not held in memory: its head, then filler that depends on the position alone. The filler
 * repeats after a prime number of bytes. A block of a usual size that is lost or doubled is therefore noticed.
 */
final class NasaBodyStream extends InputStream {
    private static final int PERIOD = 65_521;
    private static final byte[] NOISE = noise();
    private static final byte[] TEXT = text();

    private final byte[] head;
    private final byte[] filler;
    private final long end;
    private long position;

    /**
     * @param length the length of the whole body
     * @param from the position of the first byte
     * @param to the position after the last byte
     */
    NasaBodyStream(NasaMedia media, long length, long from, long to) {
        this.head = media.head(length);
        this.filler = media == NasaMedia.HTML ? TEXT : NOISE;
        this.position = from;
        this.end = Math.min(to, length);
    }

    private static byte[] noise() {
        byte[] bytes = new byte[PERIOD];
        new Random(PERIOD).nextBytes(bytes);
        return bytes;
    }

    /** Returns lower-case letters, in lines of 64. */
    private static byte[] text() {
        byte[] bytes = noise();
        for (int i = 0; i < PERIOD; i++) {
            bytes[i] = (byte) (i % 64 == 63 ? '\n' : 'a' + (bytes[i] & 0xff) % 26);
        }
        return bytes;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (position >= end) {
            return -1;
        }
        byte[] source = position < head.length ? head : filler;
        int start = (int) (position < head.length ? position : position % PERIOD);
        int count = (int) Math.min(Math.min(length, source.length - start), end - position);
        System.arraycopy(source, start, target, offset, count);
        position += count;
        return count;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(0, end - position));
    }
}

package io.apikit.auth.internal.sharing;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads what a {@link RecordWriter} has written. Each length is compared with what is left before anything is allocated.
 * Moments come in the monotonic time of this process. Used by one thread.
 */
public final class RecordReader {
    private static final int SHORTEST_TEXT = 1 + Integer.BYTES;
    private static final int NANOS_OF_A_SECOND = 1_000_000_000;

    private final ByteBuffer bytes;
    private final long writtenNanos;

    /**
     * Begins to read.
     *
     * @param nowNanos the monotonic time of this process
     * @param age the time since the record was written
     */
    public RecordReader(byte[] bytes, long nowNanos, Duration age) {
        this.bytes = ByteBuffer.wrap(bytes);
        this.writtenNanos = nowNanos - age.toNanos();
    }

    /** Reads whether something is so. */
    public boolean flag() {
        require(1);
        var flag = bytes.get();
        if (flag != 0 && flag != 1) {
            throw new MalformedRecord();
        }
        return flag == 1;
    }

    /** Reads a number. */
    public long number() {
        require(Long.BYTES);
        return bytes.getLong();
    }

    /** Reads a duration. */
    public Duration duration() {
        var seconds = number();
        require(Integer.BYTES);
        var nanos = bytes.getInt();
        if (nanos < 0 || nanos >= NANOS_OF_A_SECOND) {
            throw new MalformedRecord();
        }
        return Duration.ofSeconds(seconds, nanos);
    }

    /** Reads a moment, in monotonic nanoseconds of this process. */
    public long moment() {
        return writtenNanos + number();
    }

    /** Reads a text. */
    public String text() {
        var isWide = flag();
        var length = count(isWide ? Character.BYTES : 1);
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(isWide ? bytes.getChar() : (char) (bytes.get() & 0xFF));
        }
        return text.toString();
    }

    /** Reads parts that need one byte or more each. */
    public <T> List<T> each(Supplier<T> part) {
        var count = count(1);
        var parts = new ArrayList<T>();
        for (int i = 0; i < count; i++) {
            parts.add(part.get());
        }
        return parts;
    }

    /** Reads names and values, in their order. */
    public Map<String, String> texts() {
        var texts = new LinkedHashMap<String, String>();
        for (int left = count(2 * SHORTEST_TEXT); left > 0; left--) {
            texts.put(text(), text());
        }
        return texts;
    }

    /** Reads a part, if there is one. */
    public <T> Optional<T> optional(Supplier<T> part) {
        return flag() ? Optional.of(part.get()) : Optional.empty();
    }

    /** Checks that there is nothing more. */
    public void end() {
        if (bytes.hasRemaining()) {
            throw new MalformedRecord();
        }
    }

    /** @param least the bytes that one of them needs at least */
    private int count(int least) {
        require(Integer.BYTES);
        var count = bytes.getInt();
        if (count < 0 || count > bytes.remaining() / least) {
            throw new MalformedRecord();
        }
        return count;
    }

    private void require(int length) {
        if (bytes.remaining() < length) {
            throw new MalformedRecord();
        }
    }

    @Override
    public String toString() {
        return "RecordReader[" + bytes.remaining() + " bytes]";
    }

    /** The bytes are no record of this format. */
    public static final class MalformedRecord extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MalformedRecord() {
            super("no record of this format", null, false, false);
        }
    }
}

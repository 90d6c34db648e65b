package io.apikit.auth.internal.sharing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes the parts of a record one after another, as {@link RecordReader} reads them. A moment of this process's clock is
 * written as the time that it is ahead of now, since other processes have other clocks. Used by one thread.
 */
public final class RecordWriter {
    /** The longest record in bytes. A login is a few KiB: a browser keeps 16 KiB of cookies of a site here. */
    public static final int MOST = 64 * 1024;

    private final long nowNanos;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    private boolean isTooLong;

    /** @param nowNanos the monotonic time of this process, at which the record is written */
    public RecordWriter(long nowNanos) {
        this.nowNanos = nowNanos;
    }

    /** Writes whether something is so. */
    public void flag(boolean isSo) {
        write(new byte[] {(byte) (isSo ? 1 : 0)});
    }

    /** Writes a number. */
    public void number(long number) {
        write(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    /** Writes a duration. */
    public void duration(Duration duration) {
        number(duration.getSeconds());
        count(duration.getNano());
    }

    /** Writes a moment, in monotonic nanoseconds of this process. */
    public void moment(long nanoTime) {
        number(nanoTime - nowNanos);
    }

    /** Writes a text of any characters, half a pair of surrogates too: a byte for each, or two if one needs two. */
    public void text(String text) {
        if (text.length() > MOST) {
            isTooLong = true;
            return;
        }
        var isWide = text.chars().anyMatch(c -> c > 0xFF);
        var content = ByteBuffer.allocate(text.length() * (isWide ? Character.BYTES : 1));
        text.chars().forEach(c -> {
            if (isWide) {
                content.putChar((char) c);
            } else {
                content.put((byte) c);
            }
        });
        flag(isWide);
        count(text.length());
        write(content.array());
    }

    /** Writes how many parts follow, and each of them. */
    public <T> void each(Collection<T> parts, Consumer<T> part) {
        count(parts.size());
        parts.forEach(part);
    }

    /** Writes names and values, in their order. */
    public void texts(Map<String, String> texts) {
        each(texts.entrySet(), entry -> {
            text(entry.getKey());
            text(entry.getValue());
        });
    }

    /** Writes whether there is a part, and the part. */
    public <T> void optional(Optional<T> part, Consumer<T> writer) {
        flag(part.isPresent());
        part.ifPresent(writer);
    }

    private void count(int number) {
        write(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }

    private void write(byte[] part) {
        isTooLong |= bytes.size() + part.length > MOST;
        if (!isTooLong) {
            bytes.writeBytes(part);
        }
    }

    /** Returns the record; empty if it is longer than {@link #MOST}. */
    public Optional<byte[]> bytes() {
        return isTooLong ? Optional.empty() : Optional.of(bytes.toByteArray());
    }

    @Override
    public String toString() {
        return "RecordWriter[" + bytes.size() + " bytes]";
    }
}

package io.apikit.testkit.faulty;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bytes that a client has sent and no script has read yet. They are read ahead, because only a read notices that
 * the client has closed the connection. One thread fills the buffer, another reads it.
 */
final class ReceiveBuffer extends InputStream {
    /** Beyond this the client has to wait, as with a server that does not read, and its close is not noticed. */
    private static final long MOST_UNREAD = 64L * 1024 * 1024;

    private static final int READ_SIZE = 16 * 1024;

    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<byte[]> blocks = new ArrayDeque<>();
    private final ConnectionMonitor monitor;
    private long unread;
    private int position;
    private boolean ended;

    ReceiveBuffer(ConnectionMonitor monitor) {
        this.monitor = monitor;
    }

    /** Reads the source to its end. */
    void fill(InputStream source) throws IOException, InterruptedException {
        byte[] buffer = new byte[READ_SIZE];
        for (int count = source.read(buffer); count >= 0; count = source.read(buffer)) {
            // Counted first: when a script has read the bytes, they are part of the count.
            monitor.received(count);
            add(Arrays.copyOf(buffer, count));
        }
    }

    private void add(byte[] block) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (unread > MOST_UNREAD && !ended) {
                changed.await();
            }
            blocks.addLast(block);
            unread += block.length;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the stream. The bytes that have arrived can still be read. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
        lock.lock();
        try {
            while (most > 0 && blocks.isEmpty() && !ended) {
                changed.awaitUninterruptibly();
            }
            return most > 0 ? take(into, from, most) : 0;
        } finally {
            lock.unlock();
        }
    }

    private int take(byte[] into, int from, int most) {
        byte[] block = blocks.peekFirst();
        if (block == null) {
            return -1;
        }
        int count = Math.min(most, block.length - position);
        System.arraycopy(block, position, into, from, count);
        position += count;
        unread -= count;
        if (position == block.length) {
            blocks.removeFirst();
            position = 0;
        }
        changed.signalAll();
        return count;
    }
}

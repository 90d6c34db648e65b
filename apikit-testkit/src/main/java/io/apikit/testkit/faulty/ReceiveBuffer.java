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
 * What a client has sent and no script has read yet. It is read ahead, since only who reads notices that a client is
 * gone. One thread fills it, another reads it.
 */
final class ReceiveBuffer extends InputStream {
    /** Then the client is held up, as by a server that does not read, and its end is not noticed. */
    private static final long MOST_UNREAD = 64L * 1024 * 1024;

    private static final int READ_SIZE = 16 * 1024;

    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<byte[]> blocks = new ArrayDeque<>();
    private final ConnectionMonitor traffic;
    private long unread;
    private int position;
    private boolean ended;

    ReceiveBuffer(ConnectionMonitor traffic) {
        this.traffic = traffic;
    }

    /** Returns or throws when no more will come. */
    void fill(InputStream source) throws IOException, InterruptedException {
        byte[] buffer = new byte[READ_SIZE];
        for (int count = source.read(buffer); count >= 0; count = source.read(buffer)) {
            // Counted first: once a script can have read it, nobody sees a lower number.
            traffic.received(count);
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

    /** What has come can still be read, then it is at its end. */
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

package io.apikit.internal.server;

import io.javalin.config.JettyConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.jspecify.annotations.Nullable;

/**
 * The connector of an app that has none of its author's: the one that Javalin would make, with {@link
 * YieldingEndPoint}s. It has no TLS: there, the bytes that arrive are not yet those of a request.
 */
public final class YieldingConnector extends ClosingConnector {
    private YieldingConnector(Server server, HttpConfiguration http) {
        super(server, null, -1, -1, http);
    }

    /** Returns a connector with the host and port of Javalin's settings. */
    public static YieldingConnector of(Server server, HttpConfiguration http, JettyConfig settings) {
        var connector = new YieldingConnector(server, http);
        connector.setHost(settings.host);
        connector.setPort(settings.port);
        return connector;
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        var endPoint = new YieldingEndPoint(channel, selector, key, this);
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    /**
     * Before it waits for more to read, a connection lets the other virtual threads run and then tries to read. On a
     * busy service the next request has mostly arrived by then. The connection goes on at once, and the selector need
     * not be woken, set and woken again, which costs a quarter of a request's CPU. On an idle service, without another
     * thread to yield to, it costs a few reads without result. On platform threads nothing changes.
     *
     * <p>It depends on who calls {@link #needsFillInterest()} and {@link #fill} in Jetty, which ConnectionCallsTest
     * records.
     */
    static final class YieldingEndPoint extends SocketChannelEndPoint {
        private static final int MOST_YIELDS = 3;
        /** Most requests are shorter. The rest of a longer one is read from the channel. */
        private static final int READ_AHEAD_BYTES = 1024;

        private final Executor requests;

        /** The bytes that were read ahead. Only one thread at a time reads a connection, which the protocol ensures. */
        private @Nullable ByteBuffer readAhead;

        /** What the next bytes are read into. A busy connection keeps it, an idle one has none. */
        private @Nullable ByteBuffer spare;

        YieldingEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Connector connector) {
            super(channel, selector, key, connector.getScheduler());
            this.requests = VirtualThreads.getExecutor(connector.getExecutor());
        }

        @Override
        protected void needsFillInterest() {
            if (VirtualThreads.isVirtualThread() && canRead()) {
                // On another thread, because the caller of this method has not finished with what it read before.
                // What only wakes a request that waits for its body needs no turn of a pool that limits requests.
                var isRequest = getFillInterest().getCallbackInvocationType() == InvocationType.BLOCKING;
                (isRequest ? requests : VirtualThreads.getDefaultVirtualThreadsExecutor())
                        .execute(getFillInterest()::fillable);
            } else {
                super.needsFillInterest();
            }
        }

        /** Returns whether there are bytes to read, or an end or a failure that the next read will find again. */
        @SuppressWarnings(
                "ThreadPriorityCheck") // Correct without it: a yield without effect costs a read without result.
        private boolean canRead() {
            var kept = spare;
            var bytes = kept == null ? ByteBuffer.allocate(READ_AHEAD_BYTES) : kept.clear();
            spare = null;
            try {
                for (int yields = 0; yields < MOST_YIELDS; yields++) {
                    Thread.yield();
                    int count = getChannel().read(bytes);
                    if (count > 0) {
                        readAhead = bytes.flip();
                        notIdle();
                    }
                    if (count != 0) {
                        return true;
                    }
                }
                return false;
            } catch (IOException ignored) {
                return true;
            }
        }

        @Override
        public int fill(ByteBuffer buffer) throws IOException {
            var bytes = readAhead;
            if (bytes == null) {
                return super.fill(buffer);
            }
            int position = BufferUtil.flipToFill(buffer);
            int count = BufferUtil.put(bytes, buffer);
            BufferUtil.flipToFlush(buffer, position);
            if (!bytes.hasRemaining()) {
                readAhead = null;
                spare = bytes;
            }
            return count;
        }
    }
}

package io.apikit.internal.server;

import io.javalin.config.JettyConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.VirtualThreads;
import org.jspecify.annotations.Nullable;

/** The connector that Javalin would make, but with {@link YieldingEndPoint}s. */
public final class YieldingConnector extends ServerConnector {
    private YieldingConnector(Server server, ConnectionFactory protocol) {
        super(server, protocol);
    }

    public static YieldingConnector of(Server server, HttpConfiguration http, JettyConfig settings) {
        var connector = new YieldingConnector(server, new HttpConnectionFactory(http));
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
     * A connection that wants to read more lets the other virtual threads have a turn first, and looks whether there is
     * something to read by then. On a busy service there is, as a rule: then it goes on at once, and nobody has to wake the
     * selector, tell it what to watch, and be woken by it, which costs a quarter of all that a request does. On an idle
     * service, where there is no other thread to yield to, it costs a few reads in vain. On platform threads nothing changes.
     */
    static final class YieldingEndPoint extends SocketChannelEndPoint {
        private static final int TURNS = 3;

        /** Most requests are shorter; the rest of a longer one is read from the channel. */
        private static final int BYTES_AHEAD = 1024;

        private final Executor requests;

        /** What was read ahead. Only whoever is entitled to read touches it: the protocol sees to it that this is one at a time. */
        private @Nullable ByteBuffer ahead;

        YieldingEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key, Connector connector) {
            super(channel, selector, key, connector.getScheduler());
            this.requests = VirtualThreads.getExecutor(connector.getExecutor());
        }

        @Override
        protected void needsFillInterest() {
            if (VirtualThreads.isVirtualThread() && hasArrived()) {
                // Not here: whoever asks is not done with what it read before.
                requests.execute(getFillInterest()::fillable);
            } else {
                super.needsFillInterest();
            }
        }

        /** Whether there are bytes to read, or an end or a failure that reading will find once more. */
        @SuppressWarnings("ThreadPriorityCheck") // Correct without it: a yield that does nothing costs a read in vain.
        private boolean hasArrived() {
            var bytes = ByteBuffer.allocate(BYTES_AHEAD);
            try {
                for (int turn = 0; turn < TURNS; turn++) {
                    Thread.yield();
                    int count = getChannel().read(bytes);
                    if (count > 0) {
                        ahead = bytes.flip();
                        notIdle();
                    }
                    if (count != 0) {
                        return true;
                    }
                }
                return false;
            } catch (IOException failure) {
                return true;
            }
        }

        @Override
        public int fill(ByteBuffer buffer) throws IOException {
            var bytes = ahead;
            if (bytes == null) {
                return super.fill(buffer);
            }
            int position = BufferUtil.flipToFill(buffer);
            int count = BufferUtil.put(bytes, buffer);
            BufferUtil.flipToFlush(buffer, position);
            ahead = bytes.hasRemaining() ? bytes : null;
            return count;
        }
    }
}

package io.apikit.internal.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The calls of Jetty that {@link YieldingConnector} overrides, as Jetty 12.1.12 makes them. If this test fails, Jetty makes
 * other calls: then read {@code YieldingEndPoint} again, which assumes that fill interest is set after each request, and
 * that a connection with fill interest is filled only after it was called back.
 */
@Timeout(60)
class ConnectionCallsTest {
    private final List<String> calls = new CopyOnWriteArrayList<>();

    /** A connection that records the calls and their callers. */
    private final class RecordingEndPoint extends SocketChannelEndPoint {
        RecordingEndPoint(
                SocketChannel channel, ManagedSelector selector, SelectionKey key, ServerConnector connector) {
            super(channel, selector, key, connector.getScheduler());
        }

        @Override
        protected void needsFillInterest() {
            record("needsFillInterest");
            super.needsFillInterest();
        }

        @Override
        public int fill(ByteBuffer buffer) throws IOException {
            var count = super.fill(buffer);
            record("fill " + count);
            return count;
        }

        private void record(String call) {
            var callers = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                    .walk(frames -> frames.filter(frame -> frame.getClassName().startsWith("org.eclipse.jetty."))
                            .map(frame -> frame.getDeclaringClass().getSimpleName() + "." + frame.getMethodName())
                            .filter(name -> name.startsWith("Http") || name.startsWith("AbstractConnection."))
                            .limit(2)
                            .collect(Collectors.joining(" by ")));
            calls.add(call + " by " + callers);
        }
    }

    private Server server() {
        var server = new Server();
        var connector = new ServerConnector(server, new HttpConnectionFactory()) {
            @Override
            protected SocketChannelEndPoint newEndPoint(
                    SocketChannel channel, ManagedSelector selector, SelectionKey key) {
                var endPoint = new RecordingEndPoint(channel, selector, key, this);
                endPoint.setIdleTimeout(getIdleTimeout());
                return endPoint;
            }
        };
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                response.write(true, ByteBuffer.wrap("x".getBytes(ISO_8859_1)), callback);
                return true;
            }
        });
        return server;
    }

    @Test
    void eachRequestFillsOnceAndThenSetsFillInterestOnce() throws Exception {
        var server = server();
        server.start();
        var port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            for (int requests = 1; requests <= 3; requests++) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
                while (socket.getInputStream().read() != 'x') {
                    // The headers of the response.
                }
                // Only then is it certain that the next request finds the connection waiting.
                while (calls.size() < 1 + 2 * requests) {
                    assertThat(Thread.currentThread().isInterrupted())
                            .as("out of time")
                            .isFalse();
                    Thread.onSpinWait();
                }
            }
        } finally {
            server.stop();
        }

        assertThat(calls)
                .as("calls of Jetty %s", Server.getVersion())
                .startsWith(
                        "needsFillInterest by AbstractConnection.fillInterested by HttpConnection.onOpen",
                        "fill 27 by HttpConnection.fillRequestBuffer by HttpConnection.onFillable",
                        "needsFillInterest by AbstractConnection.fillInterested by HttpConnection.onFillable",
                        "fill 27 by HttpConnection.fillRequestBuffer by HttpConnection.onFillable",
                        "needsFillInterest by AbstractConnection.fillInterested by HttpConnection.onFillable",
                        "fill 27 by HttpConnection.fillRequestBuffer by HttpConnection.onFillable",
                        "needsFillInterest by AbstractConnection.fillInterested by HttpConnection.onFillable");
    }
}

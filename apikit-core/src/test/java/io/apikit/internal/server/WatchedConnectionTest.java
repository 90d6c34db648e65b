package io.apikit.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.server.Request;
import org.junit.jupiter.api.Test;

/** What no two sockets can be made to do at just the moment that matters. */
class WatchedConnectionTest {
    private static final class Bytes extends AbstractConnection {
        private Runnable meanwhile = () -> {};
        private long in;

        private Bytes() {
            super(new ByteArrayEndPoint(), Runnable::run);
        }

        @Override
        public long getBytesIn() {
            var before = in;
            meanwhile.run();
            return before;
        }

        @Override
        public void onFillable() {}
    }

    private static final Request RUNNING = (Request) Proxy.newProxyInstance(
            Request.class.getClassLoader(), new Class<?>[] {Request.class}, (proxy, method, arguments) -> null);

    private final Bytes connection = new Bytes();
    private final WatchedConnection progress = new WatchedConnection(
            connection, new WatchedConnection.Times(Duration.ZERO, 0, Duration.ZERO), System::nanoTime);

    private void request() {
        progress.begin(RUNNING);
        connection.in += 100;
        progress.end();
    }

    @Test
    void aRequestThatComesAndEndsDuringALookIsNotTheBeginningOfAnother() {
        request();
        progress.check();
        connection.meanwhile = this::request;
        progress.check();
        connection.meanwhile = () -> {};

        for (var i = 0; i < 3; i++) {
            assertThat(progress.check()).isEmpty();
        }
    }

    @Test
    void bytesThatBecomeNoRequestEndTheConnection() {
        request();
        progress.check();
        connection.in++;

        progress.check();
        progress.check();

        assertThat(progress.check()).contains(ConnectionLimit.HEAD);
    }
}

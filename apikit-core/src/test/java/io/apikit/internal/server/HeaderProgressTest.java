package io.apikit.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.server.Request;
import org.junit.jupiter.api.Test;

/** What no two sockets can be made to do at just the moment that matters. */
class HeaderProgressTest {
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
    private final HeaderTimeout.HeaderProgress progress = new HeaderTimeout.HeaderProgress(connection, Duration.ZERO);

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
            progress.check();
        }

        assertThat(connection.getEndPoint().isOpen()).isTrue();
    }

    @Test
    void bytesThatBecomeNoRequestEndTheConnection() {
        request();
        progress.check();
        connection.in++;

        for (var i = 0; i < 3; i++) {
            progress.check();
        }

        assertThat(connection.getEndPoint().isOpen()).isFalse();
    }
}

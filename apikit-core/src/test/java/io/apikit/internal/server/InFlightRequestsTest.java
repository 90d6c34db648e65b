package io.apikit.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The count of requests, however their handler ends. */
class InFlightRequestsTest {
    private final InFlightRequests inFlight = new InFlightRequests();
    private final Server server = new Server();
    private final LocalConnector connector = new LocalConnector(server);
    private final CountDownLatch returned = new CountDownLatch(1);

    private interface Handling {
        boolean handle(Request request, Response response, Callback callback) throws Exception;
    }

    private String answer(Handling handling) throws Exception {
        inFlight.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                return handling.handle(request, response, callback);
            }
        });
        server.setHandler(new Handler.Wrapper(inFlight) {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                try {
                    return super.handle(request, response, callback);
                } finally {
                    returned.countDown();
                }
            }
        });
        server.addConnector(connector);
        server.start();
        return connector.getResponse("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    /** The client may have the response before its request is over. */
    private void assertNoneLeft() throws Exception {
        returned.await();
        inFlight.shutdown().get(10, TimeUnit.SECONDS);
        assertThat(inFlight.count()).isZero();
    }

    @Test
    void oneThatNobodyHandlesIsOver() throws Exception {
        assertThat(answer((request, response, callback) -> false)).startsWith("HTTP/1.1 404 ");
        assertNoneLeft();
    }

    @Test
    void oneWhoseHandlerThrowsIsOver() throws Exception {
        assertThat(answer((request, response, callback) -> {
                    throw new IllegalStateException("failed");
                }))
                .startsWith("HTTP/1.1 500 ");
        assertNoneLeft();
    }

    /** Otherwise another one would be cut off, or the stop would wait for its whole grace period. */
    @Test
    void oneWhoseHandlerThrowsAfterItsEndIsCountedOnce() throws Exception {
        assertThat(answer((request, response, callback) -> {
                    response.write(true, null, Callback.NOOP);
                    callback.succeeded();
                    throw new IllegalStateException("failed late");
                }))
                .startsWith("HTTP/1.1 200 ");
        assertNoneLeft();
    }

    @Test
    void oneThatEndsOnAnotherThreadIsOver() throws Exception {
        assertThat(answer((request, response, callback) -> {
                    new Thread(callback::succeeded).start();
                    return true;
                }))
                .startsWith("HTTP/1.1 200 ");
        assertNoneLeft();
    }
}

package io.apikit.auth;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendResponse;
import io.apikit.http.RetryPolicy;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A session whose cookie every response replaces, while other requests are under way. */
class RollingCookiesTest extends FrontDoorTest {
    private static final int FIRST = 1_000;

    private final AtomicInteger rolls = new AtomicInteger(FIRST);
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final Semaphore arrived = new Semaphore(0);
    private final Map<String, CountDownLatch> ends =
            Map.of("a", new CountDownLatch(1), "b", new CountDownLatch(1), "c", new CountDownLatch(1));

    private static final class Rolling implements Authenticator {
        @Override
        public String name() {
            return "rolling";
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) {
            return Login.of(Map.of()).cookie("roll", "" + FIRST);
        }

        @Override
        public Login refreshed(Login current, BackendResponse response) {
            return response.header("X-Roll")
                    .map(value -> current.cookie("roll", value))
                    .orElse(current);
        }
    }

    private BackendSession session() {
        var url = backend(config -> {
            config.routes.get("/long", ctx -> ctx.status(431));
            config.routes.get("/{id}", this::roll);
        });
        return opened(Backend.at(url).auth(new Rolling()).retry(RetryPolicy.none()))
                .session(ALICE);
    }

    private void roll(Context ctx) throws InterruptedException {
        received.add(String.valueOf(ctx.header("Cookie")));
        arrived.release();
        var end = ends.get(ctx.pathParam("id"));
        assertThat(end == null || end.await(10, TimeUnit.SECONDS)).isTrue();
        ctx.header("Set-Cookie", "roll").header("X-Roll", "" + rolls.incrementAndGet());
    }

    private Future<Integer> begin(BackendSession session, String id) {
        var call = threads.start(1, () -> session.get("/" + id).status()).get(0);
        arrived.acquireUninterruptibly();
        return call;
    }

    private void end(String id, Future<Integer> call) throws Exception {
        requireNonNull(ends.get(id)).countDown();
        assertThat(Concurrently.ended(call)).isEqualTo(200);
    }

    /** Where requests always overlap, none is signed with the latest cookie any more when its response comes. */
    @Test
    void laterRefusalPutsNoOlderCookieBackThanTheOneBefore() throws Exception {
        var session = session();
        var a = begin(session, "a");
        var b = begin(session, "b");
        end("a", a);
        var c = begin(session, "c");
        end("b", b);
        end("c", c);

        assertThat(session.get("/long").status()).isEqualTo(431);
        assertThat(session.get("/d").status()).isEqualTo(200);

        assertThat(received).containsExactly("roll=1000", "roll=1000", "roll=1001", "roll=1002");
    }
}

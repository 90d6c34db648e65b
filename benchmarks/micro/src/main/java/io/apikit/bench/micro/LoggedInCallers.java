package io.apikit.bench.micro;

import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.http.BackendRequest;
import io.apikit.internal.util.AuthorizationHeader;
import io.apikit.ops.RequestDeadline;
import io.javalin.http.Context;
import java.time.Duration;

/** A backend with the live sessions of a number of callers, and a request of each caller. */
final class LoggedInCallers implements AutoCloseable {
    private final HeldRequest held = HeldRequest.begin();
    private final LoopbackBackend server = LoopbackBackend.start();
    private final Backend backend;
    private final Context[] requests;

    LoggedInCallers(MeasuredMode mode, int count) {
        this.backend = Backend.at(server.url())
                .auth(mode.authenticator())
                .maxSessions(2 * count)
                .logins(1_000_000, Duration.ofNanos(1_000))
                .refusalsPerSource(1_000_000, Duration.ofNanos(1_000))
                .build();
        this.requests = new Context[count];
        for (int i = 0; i < count; i++) {
            requests[i] = loggedIn(mode, password(i));
        }
        server.respondWith(head -> LoopbackBackend.OK);
    }

    /** Returns the credentials of the caller of this number. */
    static Credentials.Password password(int number) {
        return new Credentials.Password("caller-" + number, "a long enough password of " + number);
    }

    /** Sends a first request, to which the server responds with a 200 only if it is signed as this mode does. */
    private Context loggedIn(MeasuredMode mode, Credentials.Password own) {
        var ctx = held.contextOf(AuthorizationHeader.basic(own.username(), own.password()));
        server.respondWith(LoopbackBackend.requiring(mode.header(), mode.signature(own)));
        var status = backend.session(ctx).send(BackendRequest.get("/api")).status();
        if (status != 200) {
            throw new IllegalStateException(own + " is not logged in: the status is " + status);
        }
        return ctx;
    }

    Backend backend() {
        return backend;
    }

    /** Returns the base URL of the server. */
    String url() {
        return server.url();
    }

    /** Returns a caller's request as it is before its deadline is read. */
    Context request(int number) {
        var ctx = requests[number];
        ctx.req().removeAttribute(RequestDeadline.class.getName());
        return ctx;
    }

    @Override
    public void close() {
        backend.close();
        server.close();
        held.close();
    }
}

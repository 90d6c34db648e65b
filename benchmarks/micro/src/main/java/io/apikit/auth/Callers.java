package io.apikit.auth;

import io.apikit.bench.micro.HeldRequest;
import io.apikit.http.BackendRequest;
import io.apikit.internal.util.AuthorizationHeader;
import io.apikit.ops.RequestDeadline;
import io.javalin.http.Context;
import java.time.Duration;

/** A backend whose pool has so many callers' live sessions, each with a request of its caller at hand. */
final class Callers implements AutoCloseable {
    private final HeldRequest held = HeldRequest.begin();
    private final AnsweringWire wire = new AnsweringWire();
    private final Backend backend;
    private final Context[] requests;

    Callers(BenchedMode mode, int count) {
        var authenticator = mode.quick();
        this.backend = wire.backend(Backend.at(AnsweringWire.NOWHERE)
                .auth(authenticator)
                .maxSessions(2 * count)
                .logins(1_000_000, Duration.ofNanos(1_000))
                .refusalsPerSource(1_000_000, Duration.ofNanos(1_000)));
        this.requests = new Context[count];
        for (int i = 0; i < count; i++) {
            requests[i] = loggedIn(mode, password(i));
        }
        wire.respondWith(any -> AnsweringWire.OK);
        if (backend.sessions() != count) {
            throw new IllegalStateException("there are " + backend.sessions() + " sessions, not " + count);
        }
    }

    /** Of the caller of this number. */
    static Credentials.Password password(int number) {
        return new Credentials.Password("caller-" + number, "a long enough password of " + number);
    }

    private Context loggedIn(BenchedMode mode, Credentials.Password own) {
        var ctx = held.contextOf(AuthorizationHeader.basic(own.username(), own.password()));
        var pooled = backend.pooled(own);
        wire.respondWith(AnsweringWire.checking(mode.header(), mode.signature(own)));
        var status = backend.session(ctx).send(BackendRequest.get("/api")).status();
        if (status != 200 || pooled.logins().latest().isEmpty()) {
            throw new IllegalStateException(own + " is not logged in: the answer is " + status);
        }
        return ctx;
    }

    Backend backend() {
        return backend;
    }

    /** A request that nobody has looked at yet. */
    Context request(int number) {
        var ctx = requests[number];
        ctx.req().removeAttribute(RequestDeadline.class.getName());
        return ctx;
    }

    int count() {
        return requests.length;
    }

    @Override
    public void close() {
        backend.close();
        held.close();
    }
}

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
    private final Backend backend;
    private final Context[] requests;

    Callers(BenchedMode mode, int count) {
        var authenticator = mode.quick();
        this.backend = Backend.at(AnsweringWire.NOWHERE)
                .auth(authenticator)
                .maxSessions(2 * count)
                .logins(1_000_000, Duration.ofNanos(1_000))
                .refusalsPerSource(1_000_000, Duration.ofNanos(1_000))
                .build();
        this.requests = new Context[count];
        for (int i = 0; i < count; i++) {
            requests[i] = loggedIn(mode, authenticator, password(i));
        }
        if (backend.sessions() != count) {
            throw new IllegalStateException("there are " + backend.sessions() + " sessions, not " + count);
        }
    }

    /** Of the caller of this number. */
    static Credentials.Password password(int number) {
        return new Credentials.Password("caller-" + number, "a long enough password of " + number);
    }

    private Context loggedIn(BenchedMode mode, Authenticator authenticator, Credentials.Password own) {
        var ctx = held.contextOf(AuthorizationHeader.basic(own.username(), own.password()));
        var pooled = backend.pooled(own);
        AnsweringWire.put(AnsweringWire.checking(mode.header(), mode.signature(own)), pooled, authenticator);
        var status = backend.session(ctx).send(BackendRequest.get("/api")).status();
        if (status != 200 || !pooled.logins().isGood()) {
            throw new IllegalStateException(own + " is not logged in: the answer is " + status);
        }
        AnsweringWire.put(any -> AnsweringWire.OK, pooled, authenticator);
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

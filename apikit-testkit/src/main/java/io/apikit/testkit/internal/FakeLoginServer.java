package io.apikit.testkit.internal;

import java.util.Optional;

/** Base class of the fakes that log users in: it counts logins, and can hold them. Thread-safe. */
@SuppressWarnings("this-escape") // The gate runs nothing before a request arrives.
public abstract class FakeLoginServer extends FakeServer {
    private final LoginGate gate = new LoginGate(this::execute);

    /** Creates a server of plain HTTP with the system's clock. Its threads have this name. */
    protected FakeLoginServer(String name) {
        super(name);
    }

    /** Creates a server that serves HTTPS if there is a certificate. Its threads have this name. */
    protected FakeLoginServer(String name, Builder<?> builder, Optional<ServerCertificate> certificate) {
        super(name, builder, certificate);
    }

    /** Returns the gate that every login has to pass. */
    protected final LoginGate gate() {
        return gate;
    }

    /** Holds all logins from now on, until {@link #release} or {@link #close}. A held login costs no thread. */
    public void hold() {
        gate.hold();
    }

    /** Releases the logins that are held. Later ones are no longer held. */
    public void release() {
        gate.release();
    }

    /**
     * Waits until this number of logins is held at the same time.
     *
     * @throws IllegalStateException after 10 s, or if the thread is interrupted
     */
    public void awaitHeld(int logins) {
        gate.awaitHeld(logins);
    }

    /** Returns the number of logins that succeeded. */
    public int logins() {
        return gate.logins().total();
    }

    /** Returns the number of logins of this user that succeeded. */
    public int logins(String user) {
        return gate.logins().of(user);
    }

    /** Returns the number of attempts to log in, whether they succeed, fail, or are held. */
    public int loginAttempts() {
        return gate.attempts().total();
    }

    /** Returns the number of attempts to log in with this user name, whether they succeed, fail, or are held. */
    public int loginAttempts(String user) {
        return gate.attempts().of(user);
    }

    /** Releases the logins that are held, and stops the server. */
    @Override
    public void close() {
        gate.release();
        super.close();
    }
}

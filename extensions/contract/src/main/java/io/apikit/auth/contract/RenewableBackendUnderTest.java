package io.apikit.auth.contract;

/** A backend that callers log in to. */
public interface RenewableBackendUnderTest extends BackendUnderTest {
    /** Returns the number of successful logins so far. */
    int logins();

    /** Ends every login given so far. */
    void expireAll();

    /** Holds every login that arrives from now on, until {@link #release}. */
    void hold();

    /** Returns once a login is held. */
    void awaitHeld();

    /** Lets held logins go on. */
    void release();
}

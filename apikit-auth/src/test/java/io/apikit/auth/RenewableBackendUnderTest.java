package io.apikit.auth;

/** A backend that one logs in to. */
public interface RenewableBackendUnderTest extends BackendUnderTest {
    /** Successful logins so far. */
    int logins();

    /** Every login so far is dead. */
    void expireAll();

    /** From now on logins wait. */
    void hold();

    /** Returns once a login waits. */
    void awaitHeld();

    void release();
}

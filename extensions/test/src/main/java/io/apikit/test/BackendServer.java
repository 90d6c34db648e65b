package io.apikit.test;

import io.apikit.auth.Authenticator;
import io.javalin.http.Context;
import java.util.Optional;

/** The servers of a scripted backend: the backend itself, with its login. Thread-safe. */
interface BackendServer extends AutoCloseable {
    String url();

    void down();

    void up();

    /** Adds a user, or changes the password of that user. */
    void addUser(String name, String password);

    /** Returns the user of a request that has passed the login. */
    Optional<String> user(Context ctx);

    /** Returns a mode that fits the login. */
    Authenticator authenticator();

    /** Returns where the login is: a token endpoint, or the page of a form. Empty: the mode finds it. */
    default String loginEndpoint() {
        return "";
    }

    /** Ends all logins. */
    default void expire() {
        throw withoutLogin();
    }

    /** Forgets who is signed on, so that a login needs its password again. */
    default void signOff() {}

    default void hold() {
        throw withoutLogin();
    }

    default void release() {}

    default void awaitHeld(int logins) {
        throw withoutLogin();
    }

    default int logins() {
        return 0;
    }

    default int logins(String user) {
        return 0;
    }

    default int loginAttempts() {
        return 0;
    }

    @Override
    void close();

    private static UnsupportedOperationException withoutLogin() {
        return new UnsupportedOperationException("the backend of this test has no login: see Logins");
    }
}

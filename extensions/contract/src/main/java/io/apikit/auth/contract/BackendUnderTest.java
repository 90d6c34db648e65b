package io.apikit.auth.contract;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.apikit.http.BackendResponse;
import java.util.List;
import java.util.Optional;

/**
 * A backend that speaks one mode's protocol and knows two callers, over real HTTP. Must be thread-safe: requests of a
 * thousand calls arrive together.
 */
public interface BackendUnderTest extends AutoCloseable {
    /** Returns the base URL. */
    String url();

    /** Returns the mode, set up for this backend. */
    Authenticator mode();

    /** Returns the first caller's credentials. Default: the password {@code wonderland}. */
    default Credentials alice() {
        return Credentials.password("alice", "wonderland");
    }

    /** Returns the second caller's credentials. Default: the password {@code builder-secret}. */
    default Credentials bob() {
        return Credentials.password("bob", "builder-secret");
    }

    /** Returns the first caller's credentials with a wrong secret. Default: the password {@code looking-glass}. */
    default Credentials wrong() {
        return Credentials.password("alice", "looking-glass");
    }

    /** Returns a path whose response names the caller. Default: {@code /whoami}. */
    default String whoami() {
        return "/whoami";
    }

    /** Returns {@code alice} or {@code bob}, as a response of {@link #whoami} names the caller. Default: its whole text. */
    default String nameIn(BackendResponse response) {
        return response.text();
    }

    /** Returns a path whose response is an error that quotes the caller's login. Default: empty, there is none. */
    default Optional<String> reflecting() {
        return Optional.empty();
    }

    /** Returns how often wrong credentials have reached the backend. */
    int refusals();

    /** Returns what must not appear in any text. Default: the three passwords above. */
    default List<String> secrets() {
        return List.of("wonderland", "builder-secret", "looking-glass");
    }

    /** Stops the backend. */
    @Override
    void close();
}

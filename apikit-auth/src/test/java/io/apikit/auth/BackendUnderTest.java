package io.apikit.auth;

import io.apikit.http.BackendResponse;
import java.util.List;
import java.util.Optional;

/** A backend that speaks one mode's protocol and knows two callers, as the contract of the modes needs it. */
public interface BackendUnderTest extends AutoCloseable {
    String url();

    /** The mode, set up for this backend. */
    Authenticator mode();

    default Credentials alice() {
        return Credentials.password("alice", "wonderland");
    }

    default Credentials bob() {
        return Credentials.password("bob", "builder-secret");
    }

    /** Alice's, with the wrong secret. */
    default Credentials wrong() {
        return Credentials.password("alice", "looking-glass");
    }

    /** A path whose answer tells who asks. */
    default String whoami() {
        return "/whoami";
    }

    /** {@code alice} or {@code bob}, as this answer of {@link #whoami} tells. */
    default String nameIn(BackendResponse answer) {
        return answer.text();
    }

    /** A path whose answer is an error that quotes the login of whoever asks; empty if there is none. */
    default Optional<String> reflecting() {
        return Optional.empty();
    }

    /** How often wrong credentials have met the backend. */
    int refusals();

    /** What must appear nowhere. */
    default List<String> secrets() {
        return List.of("wonderland", "builder-secret", "looking-glass");
    }

    @Override
    void close();
}

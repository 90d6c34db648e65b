package io.apikit.auth;

import io.apikit.http.BackendResponse;
import java.util.List;

/** A backend that speaks one mode's protocol and knows two callers, as the contract of the modes needs it. */
public interface BackendUnderTest extends AutoCloseable {
    String url();

    /** The mode, set up for this backend. */
    Authenticator mode();

    Credentials alice();

    Credentials bob();

    /** Alice's, with the wrong secret. */
    Credentials wrong();

    /** A path whose answer tells who asks. */
    String whoami();

    /** {@code alice} or {@code bob}, as this answer of {@link #whoami} tells. */
    default String nameIn(BackendResponse answer) {
        return answer.text();
    }

    /** How often wrong credentials have met the backend. */
    int refusals();

    /** What must appear nowhere. */
    List<String> secrets();

    @Override
    void close();
}

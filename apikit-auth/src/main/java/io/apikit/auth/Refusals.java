package io.apikit.auth;

import org.jspecify.annotations.Nullable;

/** What is known of one session's credentials, beyond the session: it may be forgotten while they cool down. */
interface Refusals {
    /** They were refused: the session is over, and whoever opens it anew must know. */
    void add(LoginFailure refusal);

    /** The backend takes them. */
    void accepted();

    /** The last refusal, if it is fresh. */
    @Nullable
    LoginFailure fresh();
}

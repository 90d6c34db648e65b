package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The contract of a mode that passes credentials on: there is nothing to renew. */
public abstract class FixedModeContract extends AuthModeContract<BackendUnderTest> {
    @Test
    void aRejectedFixedLoginIsRefusedAndSentOnce() {
        var backend = backend();

        var calls = threads().start(100, () -> whoami(backend, server().wrong()));

        calls.forEach(call -> assertRefused(() -> outcome(call)));
        assertThat(server().refusals()).isOne();
    }
}

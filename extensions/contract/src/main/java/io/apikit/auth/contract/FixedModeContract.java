package io.apikit.auth.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The contract of a mode that passes credentials on: there is nothing to renew. */
public abstract class FixedModeContract extends AuthModeContract<BackendUnderTest> {
    @Test
    void rejectedFixedLoginIsRefusedAndSentOnce() {
        var backend = backend();

        var calls = startTogether(100, () -> whoami(backend, server().wrong()));

        calls.forEach(call -> assertRefused(() -> outcome(call)));
        assertThat(server().refusals()).isOne();
    }
}

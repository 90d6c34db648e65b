package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** The contract of a mode that logs in: what is stale is renewed, once. */
public abstract class RenewableModeContract extends AuthModeContract<RenewableBackendUnderTest> {
    @Test
    void aThousandCallsOnAStaleLoginCauseOneLogin() throws ExecutionException {
        var backend = backend();
        whoami(backend, server().alice());
        var before = server().logins();
        server().expireAll();

        var calls = threads().start(1000, () -> whoami(backend, server().alice()));

        assertThat(Concurrently.ended(calls)).hasSize(1000).containsOnly("alice");
        assertThat(server().logins() - before).isOne();
    }

    @Test
    void lateRejectionOfAnOldLoginLogsNobodyIn() {
        var logins = backend().pooled(server().alice()).logins();
        var old = logins.current(soon());
        old.reject();
        var renewed = logins.replacing(old, soon()).orElseThrow();
        var before = server().logins();

        assertThat(logins.replacing(old, soon())).containsSame(renewed);
        assertThat(server().logins()).isEqualTo(before);
    }

    @Test
    void aLoginThatHangsFreesItsWaiters() throws ExecutionException {
        var backend = backend();
        server().hold();
        var patient = threads().start(1, () -> whoami(backend, server().alice()));
        server().awaitHeld();

        var brief = BackendRequest.get(server().whoami()).timeout(Duration.ofMillis(200));
        var hasty = threads().start(5, () -> backend.session(server().alice()).send(brief));
        hasty.forEach(call -> assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> outcome(call))
                .matches(error -> error.statusCode() == 504, "504"));

        server().release();
        assertThat(Concurrently.ended(patient)).containsOnly("alice");
    }
}

package io.apikit.auth.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The contract of a mode that logs in: a login that has ended is renewed, once. */
public abstract class RenewableModeContract extends AuthModeContract<RenewableBackendUnderTest> {
    /** Returns how many calls meet an ended login at the same time. Default: 1,000. */
    protected int calls() {
        return 1000;
    }

    @Test
    void thousandCallsOnAnEndedLoginCauseOneLogin() throws Throwable {
        var backend = backend();
        whoami(backend, server().alice());
        var before = server().logins();
        server().expireAll();

        var calls = startTogether(calls(), () -> whoami(backend, server().alice()));

        assertThat(outcomes(calls)).hasSize(calls()).containsOnly("alice");
        assertThat(server().logins() - before).isOne();
    }

    @Test
    void lateRejectionOfAnOldLoginLogsNobodyIn() throws Throwable {
        var mode = new ObservedMode(server().mode());
        var backend = backend(mode);
        whoami(backend, server().alice());
        server().expireAll();

        var late = mode.holdNextJudgement();
        var rejectedLate = startTogether(1, () -> whoami(backend, server().alice()));
        late.awaitHeld();
        assertThat(whoami(backend, server().alice())).isEqualTo("alice");
        var renewed = server().logins();
        late.release();

        assertThat(outcomes(rejectedLate)).containsOnly("alice");
        assertThat(server().logins()).isEqualTo(renewed);
    }

    /** A login is what a mode has made, wherever it is used: with its headers, its cookies, and what it is renewed with. */
    @Test
    void aLoginOfOneReplicaIsUsedByTheOthers() {
        var first = replica();
        var second = replica();
        assertThat(whoami(first, server().alice())).isEqualTo("alice");
        var before = server().logins();

        assertThat(whoami(second, server().alice())).isEqualTo("alice");
        assertThat(server().logins()).isEqualTo(before);

        server().expireAll();
        assertThat(whoami(second, server().alice())).isEqualTo("alice");
        assertThat(whoami(first, server().alice())).isEqualTo("alice");
        assertThat(server().logins() - before).isOne();
    }

    @Test
    void hangingLoginFreesItsWaiters() throws Throwable {
        var backend = backend();
        server().hold();
        var patient = startTogether(1, () -> whoami(backend, server().alice()));
        server().awaitHeld();

        var brief = BackendRequest.get(server().whoami()).timeout(Duration.ofMillis(200));
        var hasty = startTogether(5, () -> backend.session(server().alice()).send(brief));
        hasty.forEach(call -> assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> outcome(call))
                .matches(error -> error.statusCode() == 504, "504"));

        server().release();
        assertThat(outcomes(patient)).containsOnly("alice");
    }
}

package io.apikit.auth.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run of a session's flight on its thread: what it has asked the store, and whether it has logged in. */
final class StoreRun {
    final long number;
    final ReplicaSession session;
    private final long begunAtStep;
    final List<String> failed = new ArrayList<>();

    /** Its time is over: others have a result in its place, or get one just now. */
    boolean isGivenUp;

    /** The store's name of the session, once the run has asked for it. */
    String key = "";

    long lease;
    long leaseEpoch;
    boolean hasReadUnderLease;

    /** The store has said whether it takes what was written under the lease. */
    boolean isOffered;

    boolean isTried;
    SharedAccount.@Nullable Refusal refusal;

    @Nullable
    SharedToken issued;

    StoreRun(long number, ReplicaSession session, long begunAtStep) {
        this.begunAtStep = begunAtStep;
        this.number = number;
        this.session = session;
    }

    void failed(String command) {
        failed.add(command);
    }

    /** A command of this run has failed, or failures before it have kept its replica from asking. */
    boolean isWithoutStore() {
        return !failed.isEmpty() || !session.replica().store().isReachableSince(begunAtStep);
    }

    /** Its login was dropped for a newer one, which it cannot read any more. */
    boolean hasLostItsLogin() {
        return issued != null && issued.isDropped && isWithoutStore();
    }

    /** It takes a lease, and begins anew if it had one that was lost. */
    void leased(long number, long epoch) {
        lease = number;
        leaseEpoch = epoch;
        hasReadUnderLease = false;
        isOffered = false;
        isTried = false;
        issued = null;
        refusal = null;
    }

    @Override
    public String toString() {
        return "run " + number;
    }
}

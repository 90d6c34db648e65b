package io.apikit.auth.simulation;

/** One call to one replica, noted while it runs and judged when it ends. */
final class SharedCall {
    final long number;
    final SharedAccount account;
    final ModelReplica replica;
    final long begun;
    final long deadline;
    boolean isCancelled;

    SharedCall(long number, SharedAccount account, ModelReplica replica, long begun, long deadline) {
        this.number = number;
        this.account = account;
        this.replica = replica;
        this.begun = begun;
        this.deadline = deadline;
    }

    @Override
    public String toString() {
        return "call " + number + " of " + account + " at " + replica;
    }
}

package io.apikit.auth.simulation;

import io.apikit.auth.Login;
import io.apikit.auth.SessionCore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the model knows of one session: whose it is, and the login that counts at the moment. */
final class SessionLedger {
    private final Simulation world;
    private final ModelAccount account;
    private final long opened;
    private final LoginRules logins;
    private final RequestRules requests;
    private @Nullable ModelToken current;
    private @Nullable ModelToken previous;
    private SessionCore.@Nullable Generation generation;
    private long currentSince;
    private boolean hadShortLife;
    private boolean hadMargin;
    private final Map<ModelToken, SessionCore.Generation> generations = new HashMap<>();

    SessionLedger(Simulation world, ModelAccount account) {
        this.world = world;
        this.account = account;
        this.opened = world.baton().steps();
        this.logins = new LoginRules(world, this);
        this.requests = new RequestRules(world, this);
    }

    ModelAccount account() {
        return account;
    }

    /** Its logins, one by one. */
    LoginRules logins() {
        return logins;
    }

    /** Its requests, one by one. */
    RequestRules requests() {
        return requests;
    }

    @Nullable
    ModelToken current() {
        return current;
    }

    /** The one that the current one has replaced. */
    @Nullable
    ModelToken previous() {
        return previous;
    }

    SessionCore.@Nullable Generation generation() {
        return generation;
    }

    /** A session that was opened before a refusal was noted knows nothing of it. */
    boolean isOpenedBefore(long step) {
        return opened < step;
    }

    boolean isCurrentSince(long nanos) {
        return currentSince <= nanos;
    }

    /** An answer has said so to a call that may renew, and the session has taken note. */
    boolean isNotedAsRejected() {
        return generation != null && world.baton().quietly(generation::isRejected);
    }

    /** Whether it may be renewed ahead, by the session's own count. */
    boolean isDue() {
        return generation != null && world.baton().quietly(generation::isDue);
    }

    /** A call can go on only with another login than the one at hand. */
    boolean needsLogin(ModelCall call) {
        return (call.lastRejected && (call.lastToken == current || isNotedAsRejected())) || isAtAnEnd();
    }

    /** No call can go on with the login at hand: it is past its end, it or its credentials are refused, or there is none. */
    boolean isAtAnEnd() {
        var inUse = generation;
        return current == null
                || current.isOver(world.time().now())
                || (inUse != null && world.baton().quietly(() -> inUse.isDead() || inUse.isEnded()));
    }

    /** Whether it had a login with a margin of its own: its requests wait for a renewal ahead of time. */
    boolean hadMargin() {
        return hadMargin;
    }

    /** Whether this is how a token signs at the moment: of two rolling cookies at once, one is taken first. */
    boolean isSignedBy(ModelToken token, Login login) {
        var itsGeneration = generations.get(token);
        return itsGeneration != null && world.baton().quietly(itsGeneration::login) == login;
    }

    /** A login that ended so soon is used past its end rather than renewed at once. */
    boolean hadShortLife() {
        return hadShortLife;
    }

    void replaced(LoginRun run, SessionCore.Generation next) {
        var before = generation == null ? 0 : generation.number();
        require(
                next.number() == before + 1 && run.issued != null && current == run.replaces,
                "rule 1: generation " + before + " is replaced by " + next.number());
        var issued = Objects.requireNonNull(run.issued);
        require(
                issued.value().equals(next.login().signature().get("X-Token")),
                "rule 6: " + run + " brought another's token");
        generation = next;
        previous = current;
        current = issued;
        generations.put(issued, next);
        hadMargin |= issued.hasMargin();
        currentSince = run.endNanos;
        hadShortLife |= issued.isShorterThan(Duration.ofSeconds(1));
        world.trace().note("logged in", run, account, current);
    }

    void require(boolean holds, String rule) {
        world.baton().require(holds, () -> rule + " (session of " + account + ", current " + current + ')');
    }
}

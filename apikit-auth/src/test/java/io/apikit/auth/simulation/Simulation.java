package io.apikit.auth.simulation;

import io.apikit.http.BackendRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A world of callers, sessions, an identity provider and a backend, in which one seed decides everything. */
final class Simulation implements AutoCloseable {
    private static final int CALLERS = 10;
    private static final List<String> USERS = List.of("ann", "ben", "cleo");
    private static final long REAL_LIMIT_SECONDS = 120;

    private final Dice dice;
    private final Trace trace;
    private final Baton baton;
    private final VirtualTime time;
    private final Calls calls = new Calls();
    private final ModelIdentity identity;
    private final ModelBackend backend;
    private final SimulatedSessions sessions;
    private final ModelLogOuts logOuts;
    private final SecretWatch secrets;
    private final CallRule rule;
    private final List<ModelUser> users = new ArrayList<>();
    private final List<ModelAccount> accounts = new ArrayList<>();
    private final List<Caller> callers = new ArrayList<>();
    private boolean calm;
    private long number;

    Simulation(long seed, long steps) {
        this(seed, steps, false);
    }

    /** @param logsOut whether logins are ended at the backend: such a run has another hash each time */
    Simulation(long seed, long steps, boolean logsOut) {
        this.logOuts = new ModelLogOuts(logsOut);
        this.dice = new Dice(seed);
        this.trace = new Trace("-Dapikit.simulation.seed=" + seed + " -Dapikit.simulation.steps=" + steps);
        this.baton = new Baton(dice, trace, 2 * steps + 100_000);
        this.time = new VirtualTime(baton);
        this.identity = new ModelIdentity(this);
        this.backend = new ModelBackend(this);
        this.sessions = new SimulatedSessions(this);
        this.secrets = new SecretWatch(baton);
        this.rule = new CallRule(this, secrets);
        USERS.forEach(name -> people(new ModelUser(name)));
        var weather = new Weather(this);
        baton.world(weather::step, weather::idle);
        for (var i = 0; i < CALLERS; i++) {
            caller(steps, i == 0);
        }
    }

    /** Runs it all; throws an AssertionError that tells the seed if a rule is broken. */
    void run() {
        baton.run(REAL_LIMIT_SECONDS);
    }

    private void people(ModelUser user) {
        users.add(user);
        for (var i = 0; i < ModelUser.PASSWORDS; i++) {
            accounts.add(new ModelAccount(user, i, users.size() == USERS.size()));
        }
    }

    private void caller(long steps, boolean isLast) {
        var caller = new Caller(this, steps, rule);
        callers.add(caller);
        caller.isRunBy(baton.start("caller-" + callers.size(), isLast ? () -> last(caller) : caller));
    }

    /** When all is quiet, everybody is served as ever: no flight, no refusal and no failure has stuck. */
    private void last(Caller caller) {
        caller.run();
        calm = true;
        baton.await(baton::isLastOne);
        trace.note("all is quiet");
        sessions.all().forEach(session -> session.ledger().logins().requireQuiet());
        sessions.all().forEach(this::inspect);
        users.forEach(user -> user.lock(false));
        time.jump(Duration.ofMinutes(6));
        accounts.forEach(account -> lastCall(caller, account));
    }

    private void lastCall(Caller caller, ModelAccount account) {
        var refused = account.isOfService() ? 502 : 401;
        var expected = account.isLetIn() ? List.of(200) : List.of(200, refused);
        var status = caller.call(account, BackendRequest.get("/a"), Duration.ofSeconds(30));
        baton.require(expected.contains(status), () -> account + " is told " + status + " when all is well");
    }

    private void inspect(SimulatedSession session) {
        session.printed().forEach(secrets::inspect);
        var generation = session.ledger().generation();
        secrets.inspect(generation == null ? null : generation.printed());
        secrets.inspect(generation == null ? null : generation.login());
    }

    Map<String, Integer> counts() {
        return trace.counts();
    }

    Dice dice() {
        return dice;
    }

    Trace trace() {
        return trace;
    }

    Baton baton() {
        return baton;
    }

    VirtualTime time() {
        return time;
    }

    Calls calls() {
        return calls;
    }

    ModelIdentity identity() {
        return identity;
    }

    ModelBackend backend() {
        return backend;
    }

    ModelLogOuts logOuts() {
        return logOuts;
    }

    SimulatedSessions sessions() {
        return sessions;
    }

    List<ModelUser> users() {
        return users;
    }

    /** Mostly somebody who is not refused just now: a refusal that is remembered is soon told. */
    ModelAccount someAccount() {
        var account = anyAccount();
        for (var i = 0; i < 5 && account.poolRefusesUntil() > time.now() && dice.chance(0.9); i++) {
            account = anyAccount();
        }
        return account;
    }

    /** Mostly somebody with the right password. */
    private ModelAccount anyAccount() {
        var user = dice.oneOf(users);
        var password = dice.chance(0.75) ? user.right() : dice.below(ModelUser.PASSWORDS);
        return accounts.get(users.indexOf(user) * ModelUser.PASSWORDS + password);
    }

    List<ModelAccount> accounts() {
        return accounts;
    }

    List<Caller> callers() {
        return callers;
    }

    /** When the first of the calls under way began; now, if there is none. */
    long firstBegun(long now) {
        return callers.stream().flatMap(caller -> caller.begun().stream()).reduce(now, Math::min);
    }

    boolean isCalm() {
        return calm;
    }

    long nextNumber() {
        return ++number;
    }

    @Override
    public void close() {
        secrets.close();
        sessions.close();
    }
}

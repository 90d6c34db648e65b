package io.apikit.fuzz;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The servers and backends of one worker: it alters the logins of one case at a time. */
final class LoginWorld implements AutoCloseable {
    static final List<String> MODES = List.of("token", "json", "client", "proxy");

    /** A case under way, and what comes in place of the replies of some steps. */
    private static final class Plan {
        final FuzzCase one;
        final Dice dice;
        final Map<HonestBackend.Step, Reply> altered = new EnumMap<>(HonestBackend.Step.class);
        final List<HonestBackend.Step> steps;
        final AtomicInteger passwords = new AtomicInteger();
        final AtomicInteger requests = new AtomicInteger();

        Plan(FuzzCase one, List<HonestBackend.Step> steps) {
            this.one = one;
            this.dice = new Dice(one.seed() + 1, one.number());
            this.steps = steps;
        }
    }

    private final FuzzRun run;
    private final HonestBackend behind = new HonestBackend(this::alter);
    private final RawServer foreign = new RawServer(this::betrayed);
    private final Map<String, Backend> backends;
    private volatile @Nullable Plan plan;

    LoginWorld(FuzzRun run) {
        this.run = run;
        var json = Authenticator.tokenLogin(it -> it.post("/login")
                .credentialsAsBasic()
                .sign("X-Token", "{token}")
                .renewOn(401, 403));
        var client = Authenticator.clientCredentials(it -> it.tokenUri(behind.url("/token")));
        this.backends = Map.of(
                "token", backend("/keyed", FuzzedService.tokenLogin()),
                "json", backend("/keyed", json),
                "client", backend("/keyed", client),
                "proxy", backend("/proxied", Authenticator.oauth2Proxy()));
    }

    private Backend backend(String base, Authenticator mode) {
        return FuzzedService.unlimited(Backend.at(behind.url(base))).auth(mode).build();
    }

    Backend backend(String mode) {
        return Objects.requireNonNull(backends.get(mode));
    }

    int openConnections() {
        return behind.openConnections() + foreign.openConnections();
    }

    /** Alters these steps from now on. */
    void begin(FuzzCase one, List<HonestBackend.Step> steps) {
        plan = new Plan(one, steps);
    }

    /** Returns what was sent in place of honest replies. */
    String altered() {
        var current = plan;
        if (current == null) {
            return "";
        }
        synchronized (current) {
            return current.altered.values().stream().map(Reply::text).collect(Collectors.joining());
        }
    }

    /** Ends the case, and checks how much of it went out. */
    void end() {
        var ended = plan;
        plan = null;
        if (ended != null) {
            int passwords = ended.passwords.get();
            int requests = ended.requests.get();
            ended.one.check(passwords <= 3, () -> "a password was sent " + passwords + " times in one call");
            ended.one.check(requests <= 120, () -> "a login sent " + requests + " requests");
        }
    }

    private Reply alter(HonestBackend.Step step, RawServer.Request request, String user, Reply honest) {
        var current = plan;
        if (current == null || user.startsWith("hones")) {
            return honest;
        }
        current.requests.incrementAndGet();
        if (step != HonestBackend.Step.DATA && Secrets.areIn(request.body() + request.header("Authorization"))) {
            current.passwords.incrementAndGet();
        }
        if (Secrets.areIn(request.target())) {
            run.findings().add("a secret is in the URL of a login: " + Secrets.masked(request.target(), 300));
        }
        if (!current.steps.contains(step)) {
            return honest;
        }
        synchronized (current) {
            return current.altered.computeIfAbsent(step, ignored -> altered(current, step, honest, user));
        }
    }

    private Reply altered(Plan current, HonestBackend.Step step, Reply honest, String user) {
        var reply = new LoginGrammar(current.dice, foreign.url()).instead(step, honest, user);
        current.one.sent(step + " " + reply.end(), reply.text());
        return reply;
    }

    /** Only what begins a login may name another origin: it is the provider then. */
    private Reply betrayed(RawServer.Request request) {
        var current = plan;
        if (current != null && !current.steps.contains(HonestBackend.Step.START)) {
            run.findings()
                    .add("a login went to a foreign server in case " + current.one.number() + ": "
                            + Secrets.masked(request.head(), 400));
        }
        return Reply.of(200, "Content-Type: text/html\r\n", "<title>foreign</title>");
    }

    @Override
    public void close() {
        backends.values().forEach(Backend::close);
        behind.close();
        foreign.close();
    }
}

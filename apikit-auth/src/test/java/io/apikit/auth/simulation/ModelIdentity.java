package io.apikit.auth.simulation;

import io.apikit.BackendError;
import io.apikit.auth.Login;
import io.apikit.auth.LoginRefused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The model's identity provider: issues tokens, refuses, breaks and hangs, and forgets nothing. */
final class ModelIdentity {
    private static final List<Duration> LIVES = List.of(
            Duration.ofMillis(400),
            Duration.ofSeconds(3),
            Duration.ofSeconds(20),
            Duration.ofMinutes(2),
            Duration.ofHours(1));

    private static final Duration ASKED = Duration.ofSeconds(7);

    private final Simulation world;
    private final Map<String, ModelToken> tokens = new LinkedHashMap<>();
    private final List<ModelToken> live = new ArrayList<>();

    ModelIdentity(Simulation world) {
        this.world = world;
    }

    /** A login of the session's, as it goes in the world: slowly, and not always well. */
    Login logIn(SessionLedger session, LoginRun run) throws LoginRefused {
        var baton = world.baton();
        baton.pass();
        hang();
        fail(session, run);
        if (!session.account().isLetIn()) {
            throw refused(session, run);
        }
        var token = issue(session);
        baton.pass();
        run.issued(token, world.time().now());
        return token.login();
    }

    @Nullable
    ModelToken token(String value) {
        return tokens.get(value);
    }

    /** Good ones may be among them that are over by now. */
    List<ModelToken> live() {
        live.removeIf(token -> !token.isGood(world.time().now()));
        return live;
    }

    private void hang() {
        if (!world.isCalm() && world.dice().chance(0.06)) {
            world.trace().note("a login hangs");
            var until = world.time().in(world.dice().between(Duration.ofSeconds(1), Duration.ofSeconds(40)));
            world.baton().await(() -> world.time().now() >= until);
        }
    }

    private void fail(SessionLedger session, LoginRun run) {
        if (world.isCalm() || !world.dice().chance(0.18)) {
            return;
        }
        var now = world.time().now();
        if (world.dice().chance(0.2)) {
            run.ended(LoginRun.End.BROKEN, 502, "The auth mode model failed in logIn.", 0, now);
            throw stranger(session);
        }
        var status = world.dice().oneOf(List.of(502, 502, 500, 503, 429, 504, 401));
        var told = status == 503 || status == 429 ? 503 : status == 504 ? 504 : 502;
        var words = "identity fault " + run.number;
        var asks = told == 503 && world.dice().chance(0.5);
        run.ended(LoginRun.End.BROKEN, told, words + ".", asks ? ASKED.toNanos() : 0, now);
        var error = BackendError.of(
                status,
                words + ". It reflects "
                        + Secret.password(
                                session.account().user(), session.account().password()));
        throw asks ? error.withHeader("Retry-After", Long.toString(ASKED.toSeconds())) : error;
    }

    private RuntimeException stranger(SessionLedger session) {
        var words = "cannot read "
                + Secret.password(session.account().user(), session.account().password());
        if (world.dice().chance(0.3)) {
            throw new StackOverflowError(words);
        }
        return new IllegalStateException(words);
    }

    private LoginRefused refused(SessionLedger session, LoginRun run) {
        var words = "refusal " + run.number + " of " + session.account().user().name() + '.';
        run.ended(LoginRun.End.REFUSED, 401, words, 0, world.time().now());
        return new LoginRefused(words);
    }

    private ModelToken issue(SessionLedger session) {
        var dice = world.dice();
        Optional<Duration> life = dice.chance(0.5) ? Optional.of(dice.oneOf(LIVES)) : Optional.empty();
        var margin = life.filter(l -> dice.chance(0.3)).map(l -> Duration.ofSeconds(5));
        var token = new ModelToken(tokens.size() + 1L, session, world.time().now(), life, margin);
        tokens.put(token.value(), token);
        live.add(token);
        return token;
    }
}

package io.apikit.auth.simulation;

import io.apikit.BackendError;
import io.apikit.auth.Login;
import io.apikit.auth.LoginRefused;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The provider and the backend that all replicas share: issues tokens, refuses, hangs, fails, and judges by the token alone. */
final class ModelProvider {
    private static final List<Duration> LIVES =
            List.of(Duration.ofSeconds(3), Duration.ofSeconds(20), Duration.ofMinutes(2), Duration.ofHours(1));

    private final ReplicatedSimulation world;
    private final Map<String, SharedToken> tokens = new LinkedHashMap<>();

    ModelProvider(ReplicatedSimulation world) {
        this.world = world;
    }

    Login logIn(StoreRun run) throws LoginRefused {
        var account = run.session.account();
        world.rules().begins(run);
        account.loggedIn();
        run.session.logsIn();
        world.baton().pass();
        trouble(account);
        if (!account.isLetIn()) {
            world.trace().note("refused", run, account);
            world.rules().refused(run);
            throw new LoginRefused("refusal of " + account.user().name());
        }
        var life = world.dice().chance(0.6) ? Optional.of(world.dice().oneOf(LIVES)) : Optional.<Duration>empty();
        var token = new SharedToken(
                tokens.size() + 1L, account, run.session.replica(), world.time().now(), life);
        tokens.put(Secret.token(token.number), token);
        run.issued = token;
        // What is accepted may be refused anew.
        account.refusals().forEach(refusal -> refusal.isShared = false);
        world.trace().note("issued", run, account, token);
        world.baton().pass();
        return token.login();
    }

    private void trouble(SharedAccount account) {
        if (world.isCalm() || world.isFair()) {
            return;
        }
        if (world.dice().chance(0.08)) {
            world.trace().note("a login hangs", account);
            var until = world.time().in(world.dice().between(Duration.ofSeconds(1), Duration.ofSeconds(20)));
            world.baton().await(() -> world.time().now() >= until);
        }
        if (world.dice().chance(0.08)) {
            world.trace().note("broken", account);
            throw BackendError.of(
                    world.dice().oneOf(List.of(500, 502, 503, 504)),
                    "fault of " + Secret.password(account.user(), account.password()));
        }
    }

    SharedToken token(Login login) {
        return Objects.requireNonNull(
                token(String.valueOf(login.signature().get("X-Token"))), "a login of another world");
    }

    @Nullable
    SharedToken token(String value) {
        return tokens.get(value);
    }

    BackendResponse respond(BackendRequest request, SharedCall call, ReplicaSession session) {
        var token = Objects.requireNonNull(token(request.header("X-Token").orElse("")));
        if (!world.isCalm() && !world.isFair() && world.dice().chance(0.03)) {
            return made(world.dice().oneOf(List.of(500, 503, 429)), "fault " + Secret.token(token.number), Map.of());
        }
        if (!token.isGood(world.time().now())) {
            world.trace().note("rejected", call, token);
            if (token.issuedTo == call.replica && token.issued >= call.begun) {
                session.isRejected();
            }
            return made(401, "who are you, " + Secret.token(token.number), Map.of());
        }
        return made(200, token.account.user().name() + '#' + token.account.password(), rolled(token));
    }

    private Map<String, List<String>> rolled(SharedToken token) {
        return world.dice().chance(0.1)
                ? Map.of("X-Rolled", List.of(Secret.cookie(token.number, ++token.rolled)))
                : Map.of();
    }

    private static BackendResponse made(int status, String text, Map<String, List<String>> headers) {
        return BackendResponse.of(status, headers, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Those that are good at the moment. */
    List<SharedToken> live() {
        var now = world.time().now();
        return new ArrayList<>(
                tokens.values().stream().filter(token -> token.isGood(now)).toList());
    }
}

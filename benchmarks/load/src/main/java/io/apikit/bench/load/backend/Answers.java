package io.apikit.bench.load.backend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the backend says.
 *
 * <ul>
 *   <li>{@code GET /api?job=..&metric=..}: 93.5 to the users u0 (password p0) to u9999, and to whoever has a live token;
 *       after a while where the job is called slow
 *   <li>{@code POST /login}: after a while, a token for bench (password bench) or a user; counted
 *   <li>{@code POST /expire}: no token lives any longer
 *   <li>{@code GET /count}: logins since the start, and the most slow answers and logins that were awaited at once
 *   <li>{@code GET /}: OK
 * </ul>
 *
 * Used by one thread.
 */
final class Answers {
    private static final int USERS = 10_000;
    private static final Answer VALUE = Answer.text("93.5");
    private static final Answer OK = Answer.text("OK");
    private static final Answer WHO = Answer.unauthorized();
    private static final Answer NOTHING = Answer.notFound();

    private final Set<String> users = new HashSet<>();
    private final Set<String> tokens = new HashSet<>();
    private final Answer slow;
    private final Duration login;
    private int logins;

    Answers(Duration delay, Duration login) {
        this.slow = VALUE.after(delay);
        this.login = login;
        IntStream.range(0, USERS).forEach(i -> users.add(basic("u" + i, "p" + i)));
        users.add(basic("bench", "bench"));
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    /** @param peak the most slow answers and logins that were awaited at once */
    Answer to(Request request, int peak) {
        return switch (request.path()) {
            case "/api" -> value(request);
            case "/login" -> login(request);
            case "/expire" -> expire();
            case "/count" -> Answer.text("logins=" + logins + " peak=" + peak);
            case "/" -> OK;
            default -> NOTHING;
        };
    }

    private Answer value(Request request) {
        if (!users.contains(request.authorization()) && !tokens.contains(request.authorization())) {
            return WHO;
        }
        return request.query().startsWith("job=slow&") || request.query().endsWith("&job=slow") ? slow : VALUE;
    }

    private Answer login(Request request) {
        if (!request.method().equals("POST") || !users.contains(request.authorization())) {
            return WHO;
        }
        var token = "token-" + ++logins;
        tokens.add("Bearer " + token);
        return Answer.json("{\"access_token\":\"" + token + "\"}").after(login);
    }

    private Answer expire() {
        tokens.clear();
        return OK;
    }
}

package io.apikit.bench.load.backend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The responses of the backend.
 *
 * <ul>
 *   <li>{@code GET /api?job=..&metric=..}: 93.5 to each user u0 (password p0), u1 (p1).., and to each request with a
 *       live token; with a delay if the job is called slow, and a 500 in its place if it is called broken
 *   <li>{@code POST /login}: a token for bench (password bench) or a user, with a delay; logins are counted
 *   <li>{@code POST /expire}: ends all tokens
 *   <li>{@code GET /count}: the logins since the start, and the highest number of delayed responses at once
 *   <li>{@code GET /}: OK
 * </ul>
 *
 * Used by one thread.
 */
final class Responses {
    private static final int USERS = 10_000;
    private static final Response VALUE = Response.text("93.5");
    private static final Response OK = Response.text("OK");
    private static final Response WHO = Response.unauthorized();
    private static final Response NOTHING = Response.notFound();
    private static final Response BROKEN = Response.failed();
    private static final Pattern USER = Pattern.compile("u(\\d+):p\\1");
    private static final String BASIC = "Basic ";

    private final Set<String> users = new HashSet<>();
    private final Set<String> tokens = new HashSet<>();
    private final Response slow;
    private final Duration login;
    private int logins;

    Responses(Duration delay, Duration login) {
        this.slow = VALUE.after(delay);
        this.login = login;
        IntStream.range(0, USERS).forEach(i -> users.add(basic("u" + i, "p" + i)));
        users.add(basic("bench", "bench"));
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    /** @param peak the highest number of delayed responses at once */
    Response to(Request request, int peak) {
        return switch (request.path()) {
            case "/api" -> value(request);
            case "/login" -> login(request);
            case "/expire" -> expire();
            case "/count" -> Response.text("logins=" + logins + " peak=" + peak);
            case "/" -> OK;
            default -> NOTHING;
        };
    }

    private Response value(Request request) {
        if (!isUser(request.authorization()) && !tokens.contains(request.authorization())) {
            return WHO;
        }
        if (isOf("broken", request)) {
            return BROKEN;
        }
        return isOf("slow", request) ? slow : VALUE;
    }

    private static boolean isOf(String job, Request request) {
        return request.query().startsWith("job=" + job + "&") || request.query().endsWith("&job=" + job);
    }

    /** The first users are the callers of most loads: they are found without decoding. */
    private boolean isUser(String authorization) {
        return users.contains(authorization)
                || (authorization.startsWith(BASIC)
                        && USER.matcher(decoded(authorization)).matches());
    }

    private static String decoded(String authorization) {
        try {
            return new String(Base64.getDecoder().decode(authorization.substring(BASIC.length())), UTF_8);
        } catch (IllegalArgumentException ignored) {
            return "";
        }
    }

    private Response login(Request request) {
        if (!request.method().equals("POST") || !isUser(request.authorization())) {
            return WHO;
        }
        var token = "token-" + ++logins;
        tokens.add("Bearer " + token);
        return Response.json("{\"access_token\":\"" + token + "\"}").after(login);
    }

    private Response expire() {
        tokens.clear();
        return OK;
    }
}

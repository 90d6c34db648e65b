package io.apikit.auth.simulation;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The model's backend: answers by the token alone, now and then badly. Two nodes take its requests in turns that the dice
 * decide. For a while the second one does not know tokens that were issued lately, or none at all.
 */
final class ModelBackend {
    static final String ORIGIN = "http://backend.test";
    static final String DENIES = "/denies";
    static final String FORBIDS = "/forbids";
    static final String SIGN_IN = "/sign-in";
    /** Needs no login, and says all the same that one is over. */
    static final String OPEN = "/open";

    private final Simulation world;
    private int rolled;
    private long knownUntil;
    private long agreesFrom;

    ModelBackend(Simulation world) {
        this.world = world;
    }

    BackendResponse respond(BackendRequest request, ModelCall call, ModelToken token) {
        if (!world.isCalm() && world.dice().chance(0.05)) {
            return faulty(call, token);
        }
        if (request.path().endsWith(OPEN)) {
            return made(isKnown(token) ? 200 : 201, call.account.user().name(), token);
        }
        if (!isKnown(token) || request.path().endsWith(DENIES)) {
            return request.path().endsWith(SIGN_IN) ? made(302, "sign in", token) : made(401, "who are you", token);
        }
        return request.path().endsWith(FORBIDS)
                ? made(403, "not you", token)
                : made(200, call.account.user().name(), token);
    }

    /** From now on, the second node does not know the tokens that were issued after this moment. */
    void disagree(long issuedAfter, Duration forTime) {
        knownUntil = issuedAfter;
        agreesFrom = world.time().in(forTime);
    }

    private boolean isKnown(ModelToken token) {
        var now = world.time().now();
        if (!token.isGood(now)) {
            return false;
        }
        if (world.isCalm() || now >= agreesFrom || !token.isIssuedAfter(knownUntil)) {
            return true;
        }
        var isFirstNode = world.dice().chance(0.5);
        if (!isFirstNode) {
            world.trace().note("a node rejects a good login", token);
        }
        return isFirstNode;
    }

    private BackendResponse faulty(ModelCall call, ModelToken token) {
        if (world.dice().chance(0.3)) {
            var fault = BackendError.of(502, "The wire broke.");
            call.wireFault = fault;
            throw fault;
        }
        return made(world.dice().oneOf(List.of(500, 503, 503, 429)), "fault", token);
    }

    /** What is wrong is told with everything that should not be told. */
    private BackendResponse made(int status, String text, ModelToken token) {
        var owner = token.owner();
        var body = status < 300
                ? text
                : text + " " + token.value() + ' '
                        + Secret.password(
                                owner.account().user(), owner.account().password());
        var headers = status == 200 && world.dice().chance(0.2)
                ? Map.of("X-Rolled", List.of(Secret.cookie(token.number(), ++rolled)))
                : Map.<String, List<String>>of();
        return BackendResponse.of(status, headers, body.getBytes(StandardCharsets.UTF_8));
    }
}

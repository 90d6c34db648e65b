package io.apikit.auth.simulation;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The model's backend: answers by the token alone, now and then badly. */
final class ModelBackend {
    static final String ORIGIN = "http://backend.test";
    static final String DENIES = "/denies";
    static final String FORBIDS = "/forbids";
    static final String SIGN_IN = "/sign-in";

    private final Simulation world;
    private int rolled;

    ModelBackend(Simulation world) {
        this.world = world;
    }

    BackendResponse respond(BackendRequest request, ModelCall call, ModelToken token) {
        if (!world.isCalm() && world.dice().chance(0.05)) {
            return faulty(call, token);
        }
        if (!token.isGood(world.time().now()) || request.path().endsWith(DENIES)) {
            return request.path().endsWith(SIGN_IN) ? made(302, "sign in", token) : made(401, "who are you", token);
        }
        return request.path().endsWith(FORBIDS)
                ? made(403, "not you", token)
                : made(200, call.account.user().name(), token);
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

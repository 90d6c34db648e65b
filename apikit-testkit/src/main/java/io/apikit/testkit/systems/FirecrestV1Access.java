package io.apikit.testkit.systems;

import io.apikit.testkit.token.FakeTokenEndpoint;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The checks of version 1. Its 401 has no challenge, and a machine is named in a header. Some reasons are in a header
 * alone.
 */
final class FirecrestV1Access extends FirecrestAccess {
    private static final String NOT_ALLOWED = "User does not have permissions to access machine or path";

    private final Set<String> unavailable = ConcurrentHashMap.newKeySet();
    private final Set<String> forbidden = ConcurrentHashMap.newKeySet();
    private final Set<String> machines;

    FirecrestV1Access(FakeTokenEndpoint tokens, Set<String> machines) {
        super(tokens);
        this.machines = Set.copyOf(machines);
    }

    @Override
    Optional<String> refusal(String token) {
        if (token.isEmpty()) {
            return Optional.of("No Auth Header given");
        }
        if (tokens().client(token).isEmpty()) {
            return Optional.of(
                    tokens().issued(token) ? "JWT token has expired" : "Bad header or JWT, general exception raised");
        }
        return denied() ? Optional.of("Scope 'firecrest' wasn't found in JWT") : Optional.empty();
    }

    @Override
    void refuse(Context ctx, String token, String reason) {
        ctx.status(401).json(Map.of("description", reason));
    }

    /** Returns a handler that runs after all checks. A response about the machine has this description. */
    Handler onMachine(String description, Handler handler) {
        return ctx -> {
            if (admitsOnMachine(ctx, description)) {
                handler.handle(ctx);
            }
        };
    }

    /** Runs all checks. Returns false after it has written the response. */
    boolean admitsOnMachine(Context ctx, String description) {
        return admits(ctx) && usableMachine(ctx, description);
    }

    private boolean usableMachine(Context ctx, String description) {
        String machine = machine(ctx);
        if (machine.isEmpty()) {
            ctx.status(400).json(Map.of("description", "No machine name given"));
        } else if (!machines.contains(machine)) {
            ctx.header("X-Machine-Does-Not-Exists", "Machine does not exists");
            ctx.status(400).json(Map.of("description", description, "error", "Machine does not exists"));
        } else if (unavailable.contains(machine)) {
            ctx.header("X-Machine-Not-Available", "Machine is not available");
            ctx.status(400).json(Map.of("description", description));
        } else if (forbidden.contains(machine)) {
            ctx.header("X-Permission-Denied", NOT_ALLOWED);
            ctx.status(404).json(Map.of("description", description));
        } else {
            return true;
        }
        return false;
    }

    static String machine(Context ctx) {
        return Optional.ofNullable(ctx.header("X-Machine-Name")).orElse("");
    }

    void available(String machine, boolean isAvailable) {
        change(unavailable, machine, !isAvailable);
    }

    void allow(String machine, boolean isAllowed) {
        change(forbidden, machine, !isAllowed);
    }

    private static void change(Set<String> set, String machine, boolean add) {
        if (add) {
            set.add(machine);
        } else {
            set.remove(machine);
        }
    }
}

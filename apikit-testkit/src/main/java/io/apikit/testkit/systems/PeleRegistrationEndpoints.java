package io.apikit.testkit.systems;

import io.apikit.testkit.internal.BoundedMap;
import io.apikit.testkit.internal.TestAccounts;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;

/** {@code POST /register} and {@code POST /verify}: a new user can log in after being verified. */
final class PeleRegistrationEndpoints {
    private static final int MOST_CANDIDATES = 10_000;

    private final BoundedMap<String> candidates = new BoundedMap<>(MOST_CANDIDATES);
    private final TestAccounts accounts;

    PeleRegistrationEndpoints(TestAccounts accounts) {
        this.accounts = accounts;
    }

    void register(Context ctx) {
        String email = field(ctx, "email");
        String password = field(ctx, "password");
        if (email.isBlank() || password.isEmpty()) {
            send(ctx, 400, false, "Email and password are required.");
        } else if (accounts.contains(email)) {
            send(ctx, 409, false, "This email is registered already.");
        } else {
            candidates.put(email, password);
            send(ctx, 201, true, "Registered. Verify with the code that was sent by email.");
        }
    }

    void verify(Context ctx) {
        String email = field(ctx, "email");
        Optional<String> verified = candidates
                .get(email)
                .filter(password -> FakePele.VERIFICATION_CODE.equals(field(ctx, "verification_code")));
        if (verified.isEmpty()) {
            send(ctx, 400, false, "Wrong email or verification code.");
        } else {
            accounts.put(email, verified.orElseThrow());
            candidates.take(email);
            send(ctx, 200, true, "Verified.");
        }
    }

    private static String field(Context ctx, String name) {
        return Optional.ofNullable(ctx.formParam(name)).orElse("");
    }

    private static void send(Context ctx, int status, boolean success, String message) {
        ctx.status(status).json(Map.of("success", success, "message", message));
    }
}

package io.apikit.testkit.systems;

import io.apikit.testkit.internal.BoundedMap;
import io.apikit.testkit.internal.TestAccounts;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** {@code POST /register}, once a minute, and {@code POST /verify}, three times: a verified user can log in. */
final class PeleRegistrationEndpoints {
    private static final int MOST_CANDIDATES = 10_000;

    private final BoundedMap<String> candidates = new BoundedMap<>(MOST_CANDIDATES);
    private final AtomicInteger last = new AtomicInteger();
    private final TestAccounts accounts;
    private final MovingWindowRateLimit registrations;
    private final MovingWindowRateLimit verifications;

    PeleRegistrationEndpoints(TestAccounts accounts, InstantSource clock) {
        this.accounts = accounts;
        registrations = MovingWindowRateLimit.perMinute(1, clock);
        verifications = MovingWindowRateLimit.perMinute(3, clock);
    }

    void register(Context ctx) {
        if (registrations.admits(ctx) && hasFields(ctx, "email", "password")) {
            register(ctx, PeleEmail.of(field(ctx, "email")));
        }
    }

    private void register(Context ctx, String email) {
        if (accounts.contains(email) || candidates.get(email).isPresent()) {
            registered(ctx.status(500), false, "Registration failed. Please contact support.", null, null);
        } else {
            candidates.put(email, field(ctx, "password"));
            String text = "Verification email sent. Verify before using the API.";
            registered(ctx.status(201), true, text, email, last.incrementAndGet());
        }
    }

    private static void registered(
            Context ctx, boolean success, String message, @Nullable String email, @Nullable Integer id) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", success);
        body.put("message", message);
        body.put("email", email);
        body.put("id", id);
        ctx.json(body);
    }

    void verify(Context ctx) {
        if (!verifications.admits(ctx) || !hasFields(ctx, "email", "verification_code")) {
            return;
        }
        String email = PeleEmail.of(field(ctx, "email"));
        Optional<String> verified = candidates
                .get(email)
                .filter(password -> FakePele.VERIFICATION_CODE.equals(field(ctx, "verification_code")));
        if (verified.isEmpty()) {
            verified(ctx.status(401), null, "Invalid verification code");
        } else {
            accounts.put(email, verified.orElseThrow());
            candidates.take(email);
            verified(ctx, true, "Mahalo for verifying. You may now login to receive an API token.");
        }
    }

    private static void verified(Context ctx, @Nullable Boolean success, String message) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", success);
        body.put("message", message);
        ctx.json(body);
    }

    /** Returns whether all fields are there; false after it has written a 400. */
    private static boolean hasFields(Context ctx, String... names) {
        for (String name : names) {
            if (field(ctx, name).isBlank()) {
                PeleEchoEndpoint.invalid(ctx, name, "Missing required parameter in the post body");
                return false;
            }
        }
        return true;
    }

    private static String field(Context ctx, String name) {
        return Optional.ofNullable(ctx.formParam(name)).orElse("");
    }
}

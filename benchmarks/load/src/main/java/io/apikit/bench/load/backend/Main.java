package io.apikit.bench.load.backend;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;

/** The backend, on {@code PORT}; a login takes {@code LOGIN_DELAY} ms, a slow response {@code DELAY} ms (default 1000). */
public final class Main {
    private Main() {}

    /** Serves until it is stopped. */
    public static void main(String... args) throws IOException {
        var port = Integer.parseInt(Objects.requireNonNull(System.getenv("PORT"), "PORT"));
        new Server(port, new Responses(millis("DELAY"), millis("LOGIN_DELAY"))).serve();
    }

    private static Duration millis(String variable) {
        return Duration.ofMillis(Long.parseLong(System.getenv().getOrDefault(variable, "1000")));
    }
}

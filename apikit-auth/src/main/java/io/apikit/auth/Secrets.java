package io.apikit.auth;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;

/** The secrets of one session, in every form a backend may reflect them; made only when there is an error to mask. */
final class Secrets {
    private static final String MASK = "***";

    private final Set<String> values = new LinkedHashSet<>();

    private Secrets() {}

    /** Nothing to mask: for words of our own. */
    static Secrets none() {
        return new Secrets();
    }

    static Secrets of(Credentials credentials) {
        var secrets = new Secrets();
        if (credentials instanceof Credentials.Password own) {
            secrets.add(own.password());
            secrets.add(
                    AuthorizationHeader.basic(own.username(), own.password()).substring("Basic ".length()));
        } else if (credentials instanceof Credentials.Bearer own) {
            secrets.add(own.token());
        }
        return secrets;
    }

    /** These, and what a login signs with: whole header values, what follows their scheme, and cookies. */
    Secrets and(Login login) {
        for (var value : login.signature().values()) {
            add(value);
            add(value.substring(value.indexOf(' ') + 1));
        }
        login.cookies().values().forEach(this::add);
        return this;
    }

    String masked(String text) {
        var masked = text;
        // Longest first: a secret that contains another must not leave its rest behind.
        for (var value : values.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList()) {
            masked = masked.replace(value, MASK);
        }
        return masked;
    }

    private void add(String secret) {
        if (!secret.isEmpty()) {
            values.add(secret);
            values.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
            values.add(URLEncoder.encode(secret, StandardCharsets.UTF_8).replace("+", "%20"));
        }
    }
}

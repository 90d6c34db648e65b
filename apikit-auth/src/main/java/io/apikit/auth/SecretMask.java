package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.internal.util.AuthorizationHeader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The secrets of one session, which are masked in errors: as they are, and as URLs, JSON and HTML write them. Created
 * only when there is an error. Mutable, not thread-safe.
 */
final class SecretMask {
    private static final String MASK = "***";

    private final Set<String> values = new LinkedHashSet<>();

    private SecretMask() {}

    /** Returns a mask without secrets, for words of our own. */
    static SecretMask none() {
        return new SecretMask();
    }

    /** Returns a mask of the secrets in these credentials. */
    static SecretMask of(Credentials credentials) {
        var secrets = new SecretMask();
        if (credentials instanceof Credentials.Password own) {
            secrets.add(own.password());
            secrets.add(pair(own));
            secrets.add(pair(new Credentials.Password(own.username(), own.password())));
            secrets.add(pair(new Credentials.Password(encoded(own.username()), encoded(own.password()))));
        } else if (credentials instanceof Credentials.Bearer own) {
            secrets.add(own.token());
        }
        return secrets;
    }

    /** Adds the secrets of a login: header values, whole and without their scheme, and cookies. */
    SecretMask and(Login login) {
        for (var value : login.signature().values()) {
            add(value);
            add(value.substring(value.indexOf(' ') + 1));
        }
        login.cookies().values().forEach(this::add);
        login.secrets().forEach(this::add);
        return this;
    }

    /** Returns the text with {@code ***} for each secret. */
    String masked(String text) {
        var masked = text;
        // Longest first: of a secret that contains another, no part must stay visible.
        for (var value : values.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList()) {
            masked = masked.replace(value, MASK);
        }
        return masked;
    }

    /** Returns the same error with reason and content masked, and without its cause, which may contain secrets. */
    BackendError masked(BackendError error) {
        var masked = new BackendError(
                error.statusCode(),
                masked(error.reason()),
                error.content().map(this::masked).orElse(null));
        for (var header : error.headers().entrySet()) {
            masked = masked.withHeader(header.getKey(), header.getValue());
        }
        return masked;
    }

    private static String pair(Credentials.Password own) {
        return AuthorizationHeader.basic(own.username(), own.password(), own.charset())
                .substring("Basic ".length());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private void add(String secret) {
        if (!secret.isEmpty()) {
            var encoded = encoded(secret);
            var quoted = secret.replace("\\", "\\\\").replace("\"", "\\\"");
            values.addAll(List.of(secret, encoded, encoded.replace("+", "%20"), quoted, quoted.replace("/", "\\/")));
            var html = secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
            for (var doubleQuote : List.of("\"", "&quot;", "&#34;")) {
                for (var quote : List.of("'", "&#39;", "&#x27;", "&apos;")) {
                    values.add(html.replace("\"", doubleQuote).replace("'", quote));
                }
            }
        }
    }
}

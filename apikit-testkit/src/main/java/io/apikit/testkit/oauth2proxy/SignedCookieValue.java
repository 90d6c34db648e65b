package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.internal.RandomTokens;
import java.time.InstantSource;
import java.util.Optional;

/** A cookie's value as the proxy signs it: {@code content|seconds|signature}, the last with its padding. */
final class SignedCookieValue {
    private SignedCookieValue() {}

    /** What stands behind the content. */
    static String tail(String content, InstantSource clock) {
        String seconds = String.valueOf(clock.instant().getEpochSecond());
        return "|" + seconds + "|" + signature(content, seconds);
    }

    /** The content; empty if it is not what was signed. */
    static Optional<String> content(String value) {
        String[] parts = value.split("\\|", -1);
        return parts.length == 3 && signature(parts[0], parts[1]).equals(parts[2])
                ? Optional.of(parts[0])
                : Optional.empty();
    }

    private static String signature(String content, String seconds) {
        return RandomTokens.digest(content + "|" + seconds) + "=";
    }
}

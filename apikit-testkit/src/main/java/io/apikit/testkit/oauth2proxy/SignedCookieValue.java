package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.internal.RandomTokens;
import java.time.InstantSource;
import java.util.Optional;

/** The value of a cookie that the proxy signs: {@code content|seconds|signature}. The signature has its padding. */
final class SignedCookieValue {
    private SignedCookieValue() {}

    /** Returns the seconds and the signature for this content. */
    static String tail(String content, InstantSource clock) {
        String seconds = String.valueOf(clock.instant().getEpochSecond());
        return "|" + seconds + "|" + signature(content, seconds);
    }

    /** Returns the content; empty if the signature is wrong. */
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

package io.apikit.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.BackendError;
import io.apikit.auth.internal.secrets.RequestTexts;
import io.apikit.auth.internal.secrets.SecretSpellings;
import java.net.URLEncoder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of one session, which are masked in errors, however they are spelled. What the caller has sent itself is
 * left in the spelling in which it was sent: a mask there would confirm a guess. Created only when there is an error.
 * Mutable, not thread-safe.
 */
final class SecretMask {
    private final SecretSpellings secrets = new SecretSpellings();
    private @Nullable RequestTexts sent;
    private String contentType = "";

    private SecretMask() {}

    /** Returns a mask without secrets, for words of our own. */
    static SecretMask none() {
        return new SecretMask();
    }

    /** Returns a mask of the secrets in these credentials. */
    static SecretMask of(Credentials credentials) {
        var mask = new SecretMask();
        if (credentials instanceof Credentials.Password own) {
            mask.secrets.add(own.password());
            var pair = own.username() + ":" + own.password();
            mask.secrets.addEncodingsOf(pair, own.charset());
            mask.secrets.addEncodingsOf(pair, UTF_8);
            // OAuth 2.0 encodes both before (RFC 6749, section 2.3.1).
            mask.secrets.addEncodingsOf(encoded(own.username()) + ":" + encoded(own.password()), UTF_8);
        } else if (credentials instanceof Credentials.Bearer own) {
            mask.secrets.add(own.token());
        }
        return mask;
    }

    /** Adds the secrets of a login: header values without their scheme, cookies, and what is kept for its mode. */
    SecretMask and(Login login) {
        login.signature().forEach((name, value) -> {
            // A backend may quote a guess after the word Basic, which is no part of any secret.
            if (!name.equalsIgnoreCase("Authorization")) {
                secrets.add(value);
            }
            secrets.add(value.substring(value.indexOf(' ') + 1));
        });
        login.cookies().values().forEach(secrets::add);
        login.secrets().forEach(secrets::add);
        return this;
    }

    /** Adds further secrets. */
    SecretMask and(Stream<String> more) {
        more.forEach(secrets::add);
        return this;
    }

    /**
     * Leaves what stands in these requests in the same spelling.
     *
     * @param type the media type of the content that is masked: in JSON or HTML, the value of a text has that spelling
     */
    SecretMask leaving(RequestTexts requests, String type) {
        sent = requests;
        contentType = type;
        return this;
    }

    /** Returns whether all that a caller may have sent is known. Otherwise a mask could confirm a guess. */
    boolean isComparable() {
        return sent == null || sent.isWhole();
    }

    /** Returns the text with {@code ***} for each secret. */
    String masked(String text) {
        return masked(text, "");
    }

    private String masked(String text, String type) {
        return sent == null ? secrets.masked(text) : secrets.masked(text, type, sent);
    }

    /** Returns the same error with reason and content masked, and without its cause, which may contain secrets. */
    BackendError masked(BackendError error) {
        var masked = new BackendError(
                error.statusCode(),
                masked(error.reason()),
                error.content().map(content -> masked(content, contentType)).orElse(null));
        for (var header : error.headers().entrySet()) {
            masked = masked.withHeader(header.getKey(), header.getValue());
        }
        return masked;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}

package io.apikit.auth;

import io.apikit.http.BackendRequest;
import io.apikit.http.Headers;
import io.apikit.internal.util.HttpSyntax;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a login came to: how to sign a request, and until when. Immutable and threadsafe; its {@code toString} names
 * headers and cookies, never their values.
 */
public final class Login {
    private final Map<String, String> headers;
    private final Map<String, String> cookies;
    private final @Nullable Duration life;
    private final @Nullable Duration margin;
    private final boolean fixed;
    private final Set<String> secrets;
    private final Map<String, String> signature;
    private volatile @Nullable Headers signed;

    private Login(
            Map<String, String> headers,
            Map<String, String> cookies,
            @Nullable Duration life,
            @Nullable Duration margin,
            boolean fixed,
            Set<String> secrets) {
        this.headers = headers;
        this.cookies = cookies;
        this.life = life;
        this.margin = margin;
        this.fixed = fixed;
        this.secrets = secrets;
        this.signature = signature(headers, cookies);
    }

    /** A login that is renewed when it is rejected or about to expire: these headers go with every request. */
    public static Login of(Map<String, String> headers) {
        return new Login(checked(headers), Map.of(), null, null, false, Set.of());
    }

    /** A login that nothing can renew, such as Basic credentials sent with every request. */
    public static Login fixed(Map<String, String> headers) {
        return new Login(checked(headers), Map.of(), null, null, true, Set.of());
    }

    /** This login with one more cookie; one of the same name is replaced. */
    public Login cookie(String name, String value) {
        requireText("cookie name", name);
        requireText("cookie " + name, value);
        var more = new LinkedHashMap<>(cookies);
        more.put(name, value);
        return new Login(headers, Collections.unmodifiableMap(more), life, margin, fixed, secrets);
    }

    /** This login without a cookie of that name. */
    public Login withoutCookie(String name) {
        var fewer = new LinkedHashMap<>(cookies);
        fewer.remove(name);
        return new Login(headers, Collections.unmodifiableMap(fewer), life, margin, fixed, secrets);
    }

    /** The names of its cookies, in the order they came. */
    public Set<String> cookieNames() {
        return cookies.keySet();
    }

    /**
     * How long it lives from now on; it is renewed ahead of that. Default: unknown, so renewed when rejected.
     *
     * @throws IllegalArgumentException if the life is not positive
     */
    public Login expiresIn(Duration life) {
        return new Login(headers, cookies, positive("expiresIn", life), margin, fixed, secrets);
    }

    /** How long before its expiry it is renewed, at most half its life. Default: a tenth of it, at most 30 s. */
    public Login renewAhead(Duration margin) {
        return new Login(headers, cookies, life, positive("renewAhead", margin), fixed, secrets);
    }

    /** This login, which has these secrets somewhere in its headers: to be masked by themselves as well. */
    Login withSecrets(Set<String> secrets) {
        return new Login(headers, cookies, life, margin, fixed, Set.copyOf(secrets));
    }

    Set<String> secrets() {
        return secrets;
    }

    boolean isFixed() {
        return fixed;
    }

    /** Whether this is the other with another signature, so that its life goes on where it was. */
    @SuppressWarnings("ReferenceEquality") // the same life again, named anew, starts anew
    boolean hasTheLifeOf(Login other) {
        return life == other.life;
    }

    Optional<Duration> life() {
        return Optional.ofNullable(life);
    }

    Optional<Duration> margin() {
        return Optional.ofNullable(margin);
    }

    /** Every header a signed request carries, cookies included; made once. */
    public Map<String, String> signature() {
        return signature;
    }

    /** The request with the signature. What can be checked of that is checked with the first one. */
    BackendRequest sign(BackendRequest request) {
        var known = signed;
        if (known == null) {
            known = Headers.of(signature);
            signed = known;
        }
        return request.replaceHeaders(known);
    }

    Map<String, String> cookies() {
        return cookies;
    }

    @Override
    public String toString() {
        return "Login[headers=" + headers.keySet() + ", cookies=" + cookies.keySet() + ", life=" + life
                + (fixed ? ", fixed]" : "]");
    }

    private static Map<String, String> signature(Map<String, String> headers, Map<String, String> cookies) {
        if (cookies.isEmpty()) {
            return headers;
        }
        var all = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        all.putAll(headers);
        var pairs = cookies.entrySet().stream()
                .map(c -> c.getKey() + "=" + c.getValue())
                .collect(Collectors.joining("; "));
        all.merge("Cookie", pairs, (own, ours) -> own + "; " + ours);
        return Collections.unmodifiableMap(all);
    }

    private static Map<String, String> checked(Map<String, String> headers) {
        headers.forEach((name, value) -> {
            requireText("header name", name);
            requireText("header " + name.toLowerCase(Locale.ROOT), value);
        });
        return Map.copyOf(headers);
    }

    /** A backend that hands out control characters must not get them into our requests. The value is never shown. */
    private static void requireText(String what, String text) {
        if (!HttpSyntax.isLatin1FieldValue(Objects.requireNonNull(text, what))) {
            throw new IllegalArgumentException("the " + what + " of a login has a character that cannot be sent");
        }
    }

    private static Duration positive(String what, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(what + " of a login must be positive, not " + duration);
        }
        return duration;
    }
}

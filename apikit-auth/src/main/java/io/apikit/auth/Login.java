package io.apikit.auth;

import io.apikit.auth.internal.cookies.CookieHeader;
import io.apikit.auth.internal.formlogin.FormSession;
import io.apikit.auth.internal.oauth2proxy.ProxySession;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The result of a login: how to sign a request, and until when. Immutable and thread-safe; its {@code toString} names
 * headers, cookies and secrets without their values.
 *
 * <p>The values come from a backend, so they are checked: a header or a cookie must be ISO-8859-1 without control
 * characters (RFC 9110, section 5.5), else an {@link IllegalArgumentException} is thrown that does not quote the value.
 */
public final class Login {
    private static final String COOKIE = "Cookie";

    private final Map<String, String> headers;
    private final Map<String, String> cookies;
    private final @Nullable Duration life;
    private final @Nullable Duration margin;
    private final boolean fixed;
    private final Notes notes;
    private final Map<String, String> signature;
    private volatile @Nullable Headers signed;

    private Login(
            Map<String, String> headers,
            Map<String, String> cookies,
            @Nullable Duration life,
            @Nullable Duration margin,
            boolean fixed,
            Notes notes) {
        this.headers = headers;
        this.cookies = cookies;
        this.life = life;
        this.margin = margin;
        this.fixed = fixed;
        this.notes = notes;
        this.signature = signature(headers, cookies);
    }

    /** The same login with other notes, which signs the same. It is made for each response that sets cookies. */
    private Login(Login other, Notes notes) {
        this.headers = other.headers;
        this.cookies = other.cookies;
        this.life = other.life;
        this.margin = other.margin;
        this.fixed = other.fixed;
        this.notes = notes;
        this.signature = other.signature;
        this.signed = other.signed;
    }

    /**
     * Returns a login that is renewed when it is rejected or about to expire. These headers are sent with every
     * request.
     */
    public static Login of(Map<String, String> headers) {
        return new Login(checked(headers), Map.of(), null, null, false, Notes.NONE);
    }

    /** Returns a login that cannot be renewed, such as Basic credentials that are sent with every request. */
    public static Login fixed(Map<String, String> headers) {
        return new Login(checked(headers), Map.of(), null, null, true, Notes.NONE);
    }

    /**
     * Returns this login with this header, in place of one of the same name in any case. The life stays as it is. Cookies
     * that were added with {@link #cookie(String, String)} stay beside a {@code Cookie} header.
     */
    public Login header(String name, String value) {
        var others = new LinkedHashMap<>(headers);
        others.keySet().removeIf(name::equalsIgnoreCase);
        others.put(name, value);
        return new Login(checked(others), cookies, life, margin, fixed, notes);
    }

    /** Returns the header of this name, in any case, that signs a request; {@code Cookie} has all cookies. */
    public Optional<String> header(String name) {
        return signature.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** Returns the value of the cookie of this name, if it was added with {@link #cookie(String, String)}. */
    public Optional<String> cookie(String name) {
        return Optional.ofNullable(cookies.get(name));
    }

    /**
     * Returns this login with a text that is kept for its mode, such as a refresh token, in place of one of the same name.
     * It is never sent with a request, and is masked in errors like the login's headers. It may have any characters.
     */
    public Login secret(String name, String value) {
        var more = new LinkedHashMap<>(notes.kept);
        more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "secret"));
        return noted(new Notes(notes.secrets, notes.ofMode, notes.requestPath, Collections.unmodifiableMap(more)));
    }

    /** Returns the text that was kept under this name with {@link #secret(String, String)}. */
    public Optional<String> secret(String name) {
        return Optional.ofNullable(notes.kept.get(name));
    }

    /** Returns this login with one more cookie; one of the same name is replaced. */
    public Login cookie(String name, String value) {
        requireText("cookie name", name);
        requireText("cookie " + name, value);
        var more = new LinkedHashMap<>(cookies);
        more.put(name, value);
        return new Login(headers, Collections.unmodifiableMap(more), life, margin, fixed, notes);
    }

    /** Returns this login without the cookie of that name. */
    public Login withoutCookie(String name) {
        var fewer = new LinkedHashMap<>(cookies);
        fewer.remove(name);
        return new Login(headers, Collections.unmodifiableMap(fewer), life, margin, fixed, notes);
    }

    /** Returns the names of its cookies, in the order in which they were added. */
    public Set<String> cookieNames() {
        return cookies.keySet();
    }

    /**
     * Returns this login with a life, from now on; it is renewed before its end. Default: unknown, so it is renewed
     * when it is rejected.
     *
     * @throws IllegalArgumentException if the life is not positive
     */
    public Login expiresIn(Duration life) {
        return new Login(headers, cookies, positive("expiresIn", life), margin, fixed, notes);
    }

    /**
     * Returns this login with a time before its expiry at which it is renewed, at most half its life. Default: a tenth
     * of its life, at most 30 s. Up to a tenth of that time is added by chance, so that logins made together are not
     * renewed together.
     *
     * <p>A time that is set here says that the backend may reject the login before its end. In that time a request waits
     * for the renewal, at most the backend's {@link io.apikit.http.HttpOptions#connectTimeout()}. If the renewal fails or
     * takes longer, the request is sent under this login while that is valid. By default requests do not wait.
     *
     * @throws IllegalArgumentException if the margin is not positive
     */
    public Login renewAhead(Duration margin) {
        return new Login(headers, cookies, life, positive("renewAhead", margin), fixed, notes);
    }

    /** Returns this login with more secrets: parts of its headers, and others that are masked by themselves too. */
    Login withSecrets(Set<String> secrets) {
        var all = Stream.concat(notes.secrets.stream(), secrets.stream()).collect(Collectors.toUnmodifiableSet());
        return withSecretsAlone(all);
    }

    /** Returns this login with these secrets in place of all that {@link #withSecrets} has added. */
    Login withSecretsAlone(Set<String> secrets) {
        return noted(new Notes(secrets, notes.ofMode, notes.requestPath, notes.kept));
    }

    /** Returns the secrets besides the values of its headers and cookies. */
    Stream<String> secrets() {
        return Stream.concat(notes.secrets.stream(), notes.kept.values().stream());
    }

    /** Returns this login with what its mode needs to know of it later: an immutable object. */
    Login noting(Object ofMode) {
        return noted(new Notes(notes.secrets, ofMode, notes.requestPath, notes.kept));
    }

    /** Returns what the mode has noted; empty if it has noted nothing of this type. */
    <T> Optional<T> note(Class<T> type) {
        return Optional.ofNullable(notes.ofMode).filter(type::isInstance).map(type::cast);
    }

    /** Returns this login, which another replica has changed since, with what this process knows of it. */
    Login continuing(Login before) {
        return note(FormSession.class)
                .flatMap(changed -> before.note(FormSession.class).map(changed::continuing))
                .map(this::noting)
                .orElse(this);
    }

    /** Returns this login as it is shown to its mode with a response: the path of the request is known. */
    Login requestedAt(String path) {
        return noted(new Notes(notes.secrets, notes.ofMode, path, notes.kept));
    }

    /** Returns the path of the request whose response is at hand, or the root. */
    String requestPath() {
        return notes.requestPath;
    }

    /** Returns the headers that were set, without the cookies that were added. */
    Map<String, String> headers() {
        return headers;
    }

    /** Returns what {@link #withSecrets} has added. */
    Set<String> maskedAlone() {
        return notes.secrets;
    }

    /** Returns the texts that are kept for the mode, by their names. */
    Map<String, String> kept() {
        return notes.kept;
    }

    private Login noted(Notes changed) {
        return new Login(this, changed);
    }

    boolean isFixed() {
        return fixed;
    }

    /** Whether this login has the same expiry as {@code other}: only its headers or cookies have changed. */
    @SuppressWarnings("ReferenceEquality") // an equal life that was set again starts again
    boolean hasTheLifeOf(Login other) {
        return life == other.life;
    }

    /** Returns whether both sign each request alike, and keep the same for their mode. Ends of cookies may differ. */
    boolean signsLike(Login other) {
        return signature.equals(other.signature)
                && notes.kept.equals(other.notes.kept)
                && notes.secrets.equals(other.notes.secrets)
                && note(FormSession.class)
                        .flatMap(own -> other.note(FormSession.class).map(own::signsLike))
                        .orElseGet(() -> Objects.equals(notes.ofMode, other.notes.ofMode));
    }

    /** Returns whether a request that it signs has no longer headers than one that the other login signs. */
    boolean isNoLongerThan(Login other) {
        return length(signature) <= length(other.signature);
    }

    private static int length(Map<String, String> headers) {
        return headers.entrySet().stream()
                .mapToInt(header -> header.getKey().length() + header.getValue().length())
                .sum();
    }

    Optional<Duration> life() {
        return Optional.ofNullable(life);
    }

    Optional<Duration> margin() {
        return Optional.ofNullable(margin);
    }

    /** Returns every header of a signed request, cookies included. */
    public Map<String, String> signature() {
        return signature;
    }

    /**
     * Returns the request with the signature, which is checked with the first request. Headers of the request with the same
     * names are replaced. Cookies of the request itself follow those of the login, except such as could take the place of
     * one: the request may have them from a caller.
     *
     * <p>A session signs its requests itself. Only a mode needs this method, for a question of its own to the backend.
     */
    public BackendRequest sign(BackendRequest request) {
        if (notes.ofMode instanceof FormSession session) {
            return session.sign(headers.isEmpty() ? request : request.replaceHeaders(Headers.of(headers)));
        }
        var known = signed;
        if (known == null) {
            known = Headers.of(signature);
            signed = known;
        }
        var cookie = known.first(COOKIE);
        return cookie.isEmpty() || request.header(COOKIE).isEmpty()
                ? request.replaceHeaders(known)
                : request.replaceHeaders(known)
                        .replaceHeaders(CookieHeader.joined(cookie.get(), request, this::isOfProxySession));
    }

    private boolean isOfProxySession(String cookie) {
        return note(ProxySession.class).filter(known -> known.owns(cookie)).isPresent();
    }

    /** Returns whether a cookie of this name, in any case, is one of this login, or could take the place of one. */
    boolean ownsCookie(String name) {
        var own = header(COOKIE).map(CookieHeader::names).orElse(Set.of());
        return own.contains(name.toLowerCase(Locale.ROOT)) || isOfProxySession(name);
    }

    Map<String, String> cookies() {
        return cookies;
    }

    @Override
    public String toString() {
        return "Login[headers=" + headers.keySet() + ", cookies=" + cookies.keySet()
                + (notes.kept.isEmpty() ? "" : ", secrets=" + notes.kept.keySet()) + ", life=" + life
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
        all.merge(COOKIE, pairs, (own, ours) -> own + "; " + ours);
        return Collections.unmodifiableMap(all);
    }

    private static Map<String, String> checked(Map<String, String> headers) {
        headers.forEach((name, value) -> {
            requireText("header name", name);
            requireText("header " + name.toLowerCase(Locale.ROOT), value);
        });
        return Map.copyOf(headers);
    }

    /** Control characters from a backend must not get into our requests. The value is not quoted. */
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

    /**
     * What is known of a login besides its signature, its life and its margin.
     *
     * @param secrets parts of its headers
     * @param ofMode what its mode has noted
     * @param requestPath the path of the request whose response is shown to the mode
     * @param kept texts that the mode keeps, by their names
     */
    private record Notes(Set<String> secrets, @Nullable Object ofMode, String requestPath, Map<String, String> kept) {
        static final Notes NONE = new Notes(Set.of(), null, "/", Map.of());
    }
}

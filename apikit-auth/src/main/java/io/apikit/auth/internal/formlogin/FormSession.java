package io.apikit.auth.internal.formlogin;

import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.CookieSet;
import io.apikit.auth.internal.browser.LoginPageErrors;
import io.apikit.auth.internal.browser.PageHead;
import io.apikit.auth.internal.browser.PageLogin;
import io.apikit.auth.internal.browser.SetCookie;
import io.apikit.auth.internal.cookies.CookieHeader;
import io.apikit.auth.internal.formlogin.SiteRequests.Visit;
import io.apikit.auth.internal.sharing.RecordReader;
import io.apikit.auth.internal.sharing.RecordWriter;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Headers;
import io.apikit.http.Transport;
import io.apikit.http.internal.url.RequestTarget;
import io.apikit.internal.util.HttpSyntax;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A session at the site: its cookies with their paths and ends, and its CSRF token. Immutable, except for what all versions of
 * one login share. Thread-safe. Its {@code toString} shows no value.
 */
public final class FormSession {
    private static final String COOKIE = "Cookie";

    private final FormSite site;
    private final CookieSet cookies;
    private final Set<String> names;
    private final Optional<PageLogin.Fields> fields;
    private final Optional<CsrfToken> token;
    private final TokenRenewal renewal;
    private final LongSupplier nanoTime;

    /**
     * Creates a session without a token.
     *
     * @param names those of the cookies that the login has set, without that of the CSRF token
     * @param fields the fields of the login form; empty if they are not known
     */
    FormSession(
            FormSite site,
            CookieSet cookies,
            Set<String> names,
            Optional<PageLogin.Fields> fields,
            LongSupplier nanoTime) {
        this(site, cookies, names, fields, Optional.empty(), new TokenRenewal(nanoTime), nanoTime);
    }

    private FormSession(
            FormSite site,
            CookieSet cookies,
            Set<String> names,
            Optional<PageLogin.Fields> fields,
            Optional<CsrfToken> token,
            TokenRenewal renewal,
            LongSupplier nanoTime) {
        this.site = site;
        this.cookies = cookies;
        this.names = Set.copyOf(names);
        this.fields = fields;
        this.token = token;
        this.renewal = renewal;
        this.nanoTime = nanoTime;
    }

    /**
     * Reads a session that {@link #writeTo} has written.
     *
     * @param origin the backend's origin
     * @param prefix the path of the backend's base URL, without a slash at its end
     * @param nanoTime returns monotonic nanoseconds, by which cookies end
     */
    public static FormSession readFrom(
            RecordReader record, FormSettings settings, String origin, String prefix, LongSupplier nanoTime) {
        return new FormSession(
                FormSite.of(settings, origin, prefix),
                CookieSet.readFrom(record),
                Set.copyOf(record.each(record::text)),
                record.optional(() -> new PageLogin.Fields(record.text(), record.text())),
                record.optional(() -> new CsrfToken(record.text(), record.text())),
                new TokenRenewal(nanoTime),
                nanoTime);
    }

    /** Writes the session, without its site. */
    public void writeTo(RecordWriter record) {
        cookies.writeTo(record);
        record.each(names, record::text);
        record.optional(fields, known -> {
            record.text(known.userName());
            record.text(known.password());
        });
        record.optional(token, known -> {
            record.text(known.header());
            record.text(known.value());
        });
    }

    /** Returns this session, which another replica has changed, with what all versions of one login share in this process. */
    public FormSession continuing(FormSession before) {
        return new FormSession(site, cookies, names, fields, token, before.renewal, nanoTime);
    }

    /**
     * Returns the request with the cookies for its path. One with an unsafe method gets the token, {@code Origin} and
     * {@code Referer} as well. Cookies of the request itself follow, except those with the name of one of the session's.
     */
    public BackendRequest sign(BackendRequest request) {
        return sign(request, site.at(request.path()));
    }

    private BackendRequest sign(BackendRequest request, Address to) {
        var signature = new LinkedHashMap<String, String>();
        cookies.header(to, nanoTime.getAsLong()).ifPresent(line -> signature.put(COOKIE, line));
        if (request.header(COOKIE).isPresent()) {
            var own = signature.getOrDefault(COOKIE, "");
            signature.put(
                    COOKIE,
                    CookieHeader.joined(own, request, owned()::contains)
                            .first(COOKIE)
                            .orElse(""));
        }
        if (CsrfToken.isNeededBy(request.method())) {
            signature.put("Origin", site.origin());
            signature.put("Referer", site.page().toString());
            token(to).ifPresent(known -> signature.put(known.header(), known.value()));
        }
        return signature.isEmpty() ? request : request.replaceHeaders(Headers.of(signature));
    }

    /** Returns whether both sign each request alike, until the next cookie ends. */
    public boolean signsLike(FormSession other) {
        return token.equals(other.token) && cookies.hasSameAs(other.cookies);
    }

    /** Returns the names of the session's cookies in lower case, those for other paths too. */
    private Set<String> owned() {
        return Stream.of(cookies.names(), names, Set.of(site.settings().csrf().cookieName()))
                .flatMap(Set::stream)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    /** Returns the token that a request to this address is sent with; empty if there is none. */
    Optional<CsrfToken> token(Address to) {
        if (!(site.settings().csrf() instanceof CsrfSource.Cookie cookie)) {
            return token;
        }
        var now = nanoTime.getAsLong();
        return cookies.value(cookie.name(), to, now)
                .or(() -> cookies.value(cookie.name(), site.page(), now))
                .map(FormSession::decoded)
                .filter(value -> !value.isEmpty() && HttpSyntax.isLatin1FieldValue(value))
                .map(value -> new CsrfToken(cookie.header(), value));
    }

    /** Scripts of pages decode a cookie before they send it in a header. */
    private static String decoded(String value) {
        try {
            return value.contains("%") ? URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8) : value;
        } catch (IllegalArgumentException ignored) {
            return value;
        }
    }

    /** Returns this session after a response to a request of this path, from the root of the origin. */
    public FormSession after(BackendResponse response, String path) {
        return after(new Visit(new Address(site.origin(), path, ""), response));
    }

    private FormSession after(Visit visit) {
        var changed = cookies.with(visit.address(), visit.response(), nanoTime.getAsLong());
        return new FormSession(site, changed, names, fields, token, renewal, nanoTime);
    }

    /** Returns this session after these responses, with this token. */
    FormSession after(List<Visit> visits, Optional<CsrfToken> fresh) {
        var session = this;
        for (var visit : visits) {
            session = session.after(visit);
        }
        return new FormSession(site, session.cookies, names, fields, fresh.or(() -> token), renewal, nanoTime);
    }

    /** Returns whether a response to a request of this path deletes a cookie of the session. */
    public boolean isEndedBy(BackendResponse response, String path) {
        if (response.header("Set-Cookie").isEmpty()) {
            return false;
        }
        var at = new Address(site.origin(), path, "");
        var now = nanoTime.getAsLong();
        var after = cookies.with(at, response, now);
        return names.stream()
                .filter(cookies.names()::contains)
                .anyMatch(name -> !after.names().contains(name)
                        || (after.value(name, at, now).filter(String::isEmpty).isPresent()
                                && !after.value(name, at, now).equals(cookies.value(name, at, now))));
    }

    /** Returns how long the session lives from a response on that sets its cookies; empty if it does not say so. */
    public Optional<Duration> life(BackendResponse response) {
        return SetCookie.in(response).stream()
                .filter(cookie -> names.contains(cookie.name()))
                .flatMap(cookie -> cookie.life().stream())
                .filter(life -> !life.isZero() && !life.isNegative())
                .min(Duration::compareTo);
    }

    /** Returns whether a cookie of the last response was too long to be taken. */
    public boolean hasExcess() {
        return cookies.excess().isPresent();
    }

    /** Returns whether it has a cookie that the login has set. */
    boolean hasCookies() {
        return cookies.names().stream().anyMatch(names::contains);
    }

    /** Returns the cookies by their names; of several with one name the last that was set. */
    public Map<String, String> cookies() {
        return cookies.byName();
    }

    /** Returns the values of all cookies, and the token. */
    public Set<String> secrets() {
        var secrets = new HashSet<>(cookies.values());
        token(site.page()).map(CsrfToken::value).ifPresent(secrets::add);
        secrets.remove("");
        return secrets;
    }

    /**
     * Returns whether a response to a request of this path refuses its token: it says so, or it is a 403 that brings the token
     * which the request did not have. Some sites change the cookie with each response.
     */
    public boolean isTokenRefused(String method, BackendResponse response, String path) {
        var source = site.settings().csrf();
        if (!CsrfToken.isNeededBy(method) || source instanceof CsrfSource.None) {
            return false;
        }
        var at = new Address(site.origin(), path, "");
        return CsrfToken.isRefusedBy(response)
                || (response.status() == 403
                        && token(at).isEmpty()
                        && after(response, path).token(at).isPresent());
    }

    /**
     * Returns a word by which the refusal is known, in lower case; empty if it is known by the cookie. A request that contains it
     * may have been carried out: the response may quote the request.
     */
    public Optional<String> wordOfRefusal(BackendResponse response) {
        return CsrfToken.refusal(response);
    }

    /** Ends the session at the site, if the settings say how. */
    public void logOut(Transport root) {
        site.settings().logOut().ifPresent(chosen -> {
            var address = site.address("logout", chosen.path());
            var request =
                    request(chosen.method(), address.target()).attached(new RequestTarget.Literal(address.target()));
            var status = root.send(sign(request, address)).status();
            if (status >= 400) {
                throw LoginPageErrors.broken("the log-out at " + address + " answered " + status);
            }
        });
    }

    private static BackendRequest request(String method, String target) {
        return switch (method) {
            case "GET" -> BackendRequest.get(target);
            case "PUT" -> BackendRequest.put(target);
            case "DELETE" -> BackendRequest.delete(target);
            default -> BackendRequest.post(target);
        };
    }

    /** Returns whether a page is the login form. Its beginning is parsed, if it has an input for a password. */
    boolean isLoginForm(String page) {
        return new PageHead(site.page(), page, List.of()).leadsTo(form -> form.asksFor(fields));
    }

    /** Prepares requests under these cookies. */
    SiteRequests requests(Transport root) {
        return new SiteRequests(site, root, cookies, nanoTime);
    }

    FormSite site() {
        return site;
    }

    /** Returns what all versions of one login share. */
    public TokenRenewal renewal() {
        return renewal;
    }

    @Override
    public String toString() {
        return "FormSession[" + cookies + ", token=" + token + "]";
    }
}

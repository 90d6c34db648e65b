package io.apikit.auth;

import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.PageLogin;
import io.apikit.auth.internal.formlogin.CsrfSource;
import io.apikit.auth.internal.formlogin.FormSettings;
import io.apikit.auth.internal.formlogin.FormSettings.LogOut;
import io.apikit.auth.internal.logins.RenewalSigns;
import io.apikit.http.BackendResponse;
import io.apikit.http.internal.url.BaseUrl;
import io.apikit.internal.util.HttpSyntax;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The options of a {@link Authenticator#formLogin form login}, for a backend with a login page and a session cookie of its own.
 * Not thread-safe; read once, when the mode is made.
 *
 * <pre>{@code
 * Authenticator.formLogin(login -> login.page("/admin/login/")
 *         .csrfCookie("csrftoken")
 *         .csrfHeader("X-CSRFToken"))
 * }</pre>
 *
 * <p>A path is relative to the backend's base URL. An absolute address on the backend's origin may stand in its place.
 */
public final class FormLoginOptions {
    private static final Set<String> LOG_OUT_METHODS = Set.of("GET", "POST", "PUT", "DELETE");

    private String page = "/login";
    private Optional<PageLogin.Fields> fields = Optional.empty();
    private Optional<String> probe = Optional.empty();
    private @Nullable CsrfChoice csrf;
    private String csrfHeader = "X-CSRFToken";
    private Optional<RenewalSigns> loggedOut = Optional.empty();
    private RenewalSigns renewal = RenewalSigns.NONE;
    private boolean isNothingDone;
    private Optional<LogOut> logOut = Optional.empty();

    FormLoginOptions() {}

    /** Makes the source of a token, once the header is known. */
    private interface CsrfChoice {
        CsrfSource in(String header);
    }

    /**
     * Sets the login page, the only one that gets the credentials. A slash more or less at its end does not count. If the page
     * redirects to another one, the login fails with an error that names it. Default: {@code /login}.
     *
     * @throws IllegalArgumentException if it is neither a path that begins with one slash nor an http or https address
     */
    public FormLoginOptions page(String path) {
        page = located("page", path);
        return this;
    }

    /**
     * Sets the {@code name} attributes of the fields for the user name and the password. Only for a form where they are not
     * found. Default: they are found.
     *
     * @throws IllegalArgumentException if a field has no name
     */
    public FormLoginOptions fields(String userName, String password) {
        fields = Optional.of(new PageLogin.Fields(named("fields", userName), named("fields", password)));
        return this;
    }

    /**
     * Sets a path for which a user that is logged in gets a status of 200 to 299, and nobody else. It is asked once after each
     * login, and about each 403, each redirect to the login page and each login page in place of data. Redirects on the site
     * are followed, and their cookies kept. Default: none. A login is then good if it sets a cookie and does not lead to
     * the login page.
     *
     * @throws IllegalArgumentException if it is neither a path that begins with one slash nor an http or https address
     */
    public FormLoginOptions probe(String path) {
        probe = Optional.of(located("probe", path));
        return this;
    }

    /**
     * Sets how the end of a session shows, in place of the default: a 401, a redirect to the login page, or the login page itself
     * with the status 200 or 403. A request that is not idempotent is sent again if the status is 300 to 499. For others that
     * needs {@link #meansNothingDone}. The predicate must be thread-safe. It is not asked about a body that is relayed as a
     * stream, unless that is known to have at most 64 KiB.
     */
    public FormLoginOptions loggedOut(Predicate<BackendResponse> predicate) {
        loggedOut = Optional.of(RenewalSigns.NONE.of("loggedOut").renewWhen(predicate));
        return this;
    }

    /**
     * Copies this cookie into {@link #csrfHeader} of each request but GET, HEAD, OPTIONS and TRACE. Default: no token is sent.
     *
     * @throws IllegalArgumentException if it is no cookie name (RFC 6265, section 4.1.1), or if there is another source
     */
    public FormLoginOptions csrfCookie(String name) {
        if (!HttpSyntax.isToken(Objects.requireNonNull(name, "csrfCookie"))) {
            throw new IllegalArgumentException("csrfCookie of a form login is no cookie name: '" + name + "'");
        }
        return source(header -> new CsrfSource.Cookie(name, header));
    }

    /**
     * Sets the header that a CSRF token is sent in. Default: {@code X-CSRFToken}.
     *
     * @throws IllegalArgumentException if it is no header name (RFC 9110, section 5.1), is {@code Cookie}, or frames the message
     */
    public FormLoginOptions csrfHeader(String name) {
        if (!CsrfSource.isHeader(Objects.requireNonNull(name, "csrfHeader"))) {
            throw new IllegalArgumentException("csrfHeader of a form login is no header for a token: '" + name + "'");
        }
        csrfHeader = name;
        return this;
    }

    /**
     * Takes the CSRF token from a JSON endpoint. It is asked after each login under the session's cookies, and the token is kept
     * with the login.
     *
     * @param path of the endpoint
     * @param nameField the field of its response with the name of the header; {@code a.b} is the field {@code b} of the object
     *     {@code a}. If it is empty, the header is {@link #csrfHeader}
     * @param valueField the field with the token
     * @throws IllegalArgumentException if the path or a field is malformed, or if there is another source
     */
    public FormLoginOptions csrfFrom(String path, String nameField, String valueField) {
        var at = located("csrfFrom", path);
        var name = Optional.of(nameField).filter(field -> !field.isEmpty());
        var value = named("csrfFrom", valueField);
        return source(header -> new CsrfSource.Endpoint(at, name, value, header));
    }

    /** Does the same as {@link #csrfFrom(String, String, String)}, for a token that is sent in {@link #csrfHeader}. */
    public FormLoginOptions csrfFrom(String path, String valueField) {
        return csrfFrom(path, "", valueField);
    }

    /**
     * Takes the CSRF token from a page: from the first input of this name, or else from the meta tag. The page is asked for after
     * each login under the session's cookies. The token is kept with the login, and sent in {@link #csrfHeader}.
     *
     * @throws IllegalArgumentException if the path or the name is malformed, or if there is another source
     */
    public FormLoginOptions csrfField(String page, String name) {
        var at = located("csrfField", page);
        var field = named("csrfField", name);
        return source(header -> new CsrfSource.Field(at, field, header));
    }

    private FormLoginOptions source(CsrfChoice choice) {
        if (csrf != null) {
            throw new IllegalArgumentException(
                    "a form login has one source of CSRF tokens: csrfCookie, csrfFrom or csrfField, called once");
        }
        csrf = choice;
        return this;
    }

    /**
     * Sets statuses that mean an ended session, besides the other signs. They must also mean that nothing was done: after them a
     * request is sent again, a POST too. Only after 201 to 299 it is not. Default: none.
     *
     * @throws IllegalArgumentException if one is not 100 to 599
     */
    public FormLoginOptions renewOn(int... statuses) {
        renewal = renewal.renewOn(statuses);
        return this;
    }

    /**
     * Sets a further sign of an ended session, besides the other signs. A request that is not idempotent is then not sent again,
     * unless {@link #meansNothingDone} says so. The predicate must be thread-safe. Default: none.
     */
    public FormLoginOptions renewWhen(Predicate<BackendResponse> predicate) {
        renewal = renewal.renewWhen(predicate);
        return this;
    }

    /**
     * Says that a request was not carried out if {@link #renewWhen} or {@link #loggedOut} holds for its response, or if that is
     * the login page with the status 200. It is then sent again, a POST too. Default: unknown.
     */
    public FormLoginOptions meansNothingDone() {
        renewal = renewal.meansNothingDone();
        isNothingDone = true;
        return this;
    }

    /**
     * Sets the request that ends a session at the backend. It is sent once, with the session's cookies and CSRF token, when a
     * login was replaced and when its session ends. Default: none is sent.
     *
     * @param method GET, POST, PUT or DELETE
     * @throws IllegalArgumentException if it is another method, or if the path is malformed
     */
    public FormLoginOptions logout(String method, String path) {
        var upperCase = method.toUpperCase(Locale.ROOT);
        if (!LOG_OUT_METHODS.contains(upperCase)) {
            throw new IllegalArgumentException("logout of a form login takes GET, POST, PUT or DELETE, not " + method);
        }
        logOut = Optional.of(new LogOut(upperCase, located("logout", path)));
        return this;
    }

    FormSettings settings() {
        return new FormSettings(
                page,
                fields,
                probe,
                csrf == null ? new CsrfSource.None() : csrf.in(csrfHeader),
                loggedOut.map(signs -> isNothingDone ? signs.meansNothingDone() : signs),
                renewal,
                isNothingDone,
                logOut);
    }

    private static String located(String option, String text) {
        Objects.requireNonNull(text, option);
        try {
            var isPath = text.startsWith("/") && !text.startsWith("//");
            var unused = Address.of(isPath ? "http://backend" + text : text);
            return text;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    option + " of a form login must be a path such as /login, or an address, but is " + e.getMessage()
                            + ": '" + BaseUrl.masked(text) + "'",
                    e);
        }
    }

    private static String named(String option, String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a name in " + option + " of a form login is blank");
        }
        return name;
    }
}

package io.apikit.auth.internal.oauth2proxy;

import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.CookieScope;
import io.apikit.auth.internal.browser.LoginOrigins;
import io.apikit.auth.internal.browser.LoginPageErrors;
import io.apikit.auth.internal.browser.SetCookie;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The endpoints of an oauth2-proxy, below the prefix of its start: on the backend's origin, or on that of a central proxy.
 * Addresses are those that a browser would see: where the backend has a public origin, its own one stands for that. Immutable.
 */
public final class ProxyEndpoints implements LoginOrigins.Own {
    /** Besides the start, which has a path of its own. */
    private static final Set<String> NAMES =
            Set.of("/auth", "/callback", "/sign_in", "/sign_out", "/userinfo", "/static");

    private final String base;
    private final String known;
    private final Address start;
    private final String query;
    private final LoginPaths loginPages;

    private ProxyEndpoints(String base, String known, Address start, LoginPaths loginPages) {
        this.base = base;
        this.known = known;
        this.start = start.withQuery("");
        this.query = start.query();
        this.loginPages = loginPages;
    }

    /**
     * Returns the endpoints for the chosen options.
     *
     * @param base the origin that requests to the backend are sent to
     */
    static ProxyEndpoints of(OAuth2ProxySettings settings, String base) {
        var known = settings.publicOrigin().orElse(base);
        var start = Address.of(base).resolve(settings.start());
        return new ProxyEndpoints(base, known, start.isAt(base) ? start.on(known) : start, settings.loginPages());
    }

    /** Returns the proxy's origin. */
    public String origin() {
        return start.origin();
    }

    /** Returns the backend's origin as a browser knows it. */
    String backend() {
        return known;
    }

    /** Returns the origin that a request is sent to, in place of the one that a browser would send it to. */
    String sentTo(String origin) {
        return origin.equals(known) ? base : origin;
    }

    /** Returns whether the proxy has an origin of its own, from which its cookie opens the backend. */
    boolean isCentral() {
        return !start.isAt(known);
    }

    /** Returns where a login starts. It returns to the backend, whose address a proxy elsewhere does not know. */
    Address start() {
        if (Arrays.stream(query.split("&")).anyMatch(pair -> pair.startsWith("rd="))) {
            return start.withQuery(query);
        }
        var back = "rd=" + URLEncoder.encode(isCentral() ? known + "/" : "/", StandardCharsets.UTF_8);
        return start.withQuery(query.isEmpty() ? back : query + "&" + back);
    }

    Address auth() {
        return at("/auth");
    }

    Address signOut() {
        return at("/sign_out");
    }

    /** Whether an address is the proxy's callback, with any query. */
    boolean isCallback(Address address) {
        return has(address) && plain(address).equals(at("/callback").path());
    }

    /** Whether an address is the proxy's start or its sign-in page, with any query. */
    boolean isSignIn(Address address) {
        return has(address) && Set.of(start.path(), at("/sign_in").path()).contains(plain(address));
    }

    /** Returns what the address of a sign-in contains: the last part of the start's path, or of the sign-in page's. */
    List<String> signs() {
        return List.of(start.path().substring(start.path().lastIndexOf('/')), "/sign_in");
    }

    @Override
    public boolean has(Address address) {
        return address.isAt(base) || address.isAt(known) || address.isAt(start.origin());
    }

    /** The proxy's own pages are none: its sign-in page may have fields for a password. */
    @Override
    public boolean isLoginPage(Address address) {
        return address.isAt(start.origin()) && loginPages.cover(address) && !isProxys(address);
    }

    private boolean isProxys(Address address) {
        var prefix = prefix();
        var path = plain(address);
        return prefix.isEmpty()
                ? path.equals(start.path()) || NAMES.stream().anyMatch(name -> (path + "/").startsWith(name + "/"))
                : (path + "/").startsWith(prefix + "/");
    }

    @Override
    public Address known(Address address) {
        return address.isAt(base) ? address.on(known) : address;
    }

    /** Returns the backend's address of a request of this path. */
    Address request(String path) {
        return new Address(known, path, "");
    }

    /**
     * Checks that a login at a proxy elsewhere is safe from listeners.
     *
     * @throws io.apikit.BackendError 502 if it is reached over plain http, and is neither this machine nor allowed by name
     */
    void requireSafe(Set<String> allowed) {
        if (isCentral() && !start.isHttps() && (known.startsWith("https:") || !isTrusted(allowed))) {
            throw LoginPageErrors.broken("the start " + start + " is reached over plain http"
                    + (known.startsWith("https:")
                            ? ", and the backend over https"
                            : "; if that is meant, allow it with allowOrigin"));
        }
    }

    private boolean isTrusted(Set<String> allowed) {
        return start.isLoopback() || allowed.contains(start.origin());
    }

    /**
     * Returns whether a browser would send a session cookie to the backend (RFC 6265, sections 5.3 and 5.4).
     *
     * @param from the address that sets it
     */
    boolean reachesBackend(SetCookie cookie, Address from) {
        var to = request("/");
        var isWithin = from.host().equals(to.host())
                || (!cookie.domain().isEmpty() && CookieScope.isWithin(to.host(), cookie.domain()));
        return isWithin && (!cookie.isSecure() || to.isHttps() || to.isLoopback());
    }

    /** Returns why a session cookie does not reach the backend, for an error. */
    String unreachable(SetCookie cookie, Address from) {
        var to = request("/");
        if (cookie.isSecure() && !to.isHttps() && !to.isLoopback()) {
            return "the session cookie " + cookie.name() + " is Secure, and the backend " + known
                    + " is plain http: name its public address with publicUrl";
        }
        var where = cookie.domain().isEmpty()
                ? "for the host " + from.host() + " alone"
                : "for the domain " + cookie.domain();
        return "the session cookie " + cookie.name() + " of " + from.origin() + " is " + where
                + ", so it does not open the backend " + known
                + ": set the proxy's cookie-domain to a domain around both, or start a login at the backend itself";
    }

    private String prefix() {
        return start.path().substring(0, start.path().lastIndexOf('/'));
    }

    /** The proxy serves the same page at a path with two slashes. */
    private static String plain(Address address) {
        return address.path().replaceAll("/{2,}", "/");
    }

    private Address at(String endpoint) {
        return new Address(start.origin(), prefix() + endpoint, "");
    }
}

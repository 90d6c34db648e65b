package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.identityprovider.UserClaims;
import io.javalin.http.Context;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives the backend the headers that name the user, and drops any of these that the client sent. */
final class IdentityHeaderFilter implements Filter {
    private final ProxyVersion version;

    IdentityHeaderFilter(ProxyVersion version) {
        this.version = version;
    }

    /** In the request, and in an answer that the proxy lets pass. */
    static void set(Context ctx, UserClaims identity) {
        ctx.req().setAttribute(IdentifiedRequest.IDENTITY, identity);
        answer(ctx, identity);
    }

    static void answer(Context ctx, UserClaims identity) {
        ctx.header("Gap-Auth", identity.email());
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(new IdentifiedRequest((HttpServletRequest) request, version), response);
    }

    /** A request whose identity headers come from the proxy's session and from nowhere else. */
    static final class IdentifiedRequest extends HttpServletRequestWrapper {
        /** The request attribute with the {@link io.apikit.testkit.identityprovider.UserClaims UserClaims}. */
        static final String IDENTITY = "io.apikit.testkit.identity";

        /** In lower case. An access token is not among them, as without {@code --pass-access-token}. */
        private static final Set<String> OURS =
                Set.of("x-forwarded-user", "x-forwarded-email", "x-forwarded-preferred-username", "x-forwarded-groups");

        private final ProxyVersion version;

        IdentifiedRequest(HttpServletRequest request, ProxyVersion version) {
            super(request);
            this.version = version;
        }

        @Override
        public @Nullable String getHeader(String name) {
            return ours(name) ? identity().get(name) : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            if (!ours(name)) {
                return super.getHeaders(name);
            }
            String value = getHeader(name);
            return Collections.enumeration(value == null ? List.of() : List.of(value));
        }

        @Override
        public Enumeration<String> getHeaderNames() {
            List<String> names = new ArrayList<>(Collections.list(super.getHeaderNames()));
            names.removeIf(this::ours);
            names.addAll(identity().keySet());
            return Collections.enumeration(names);
        }

        private Map<String, String> identity() {
            return getAttribute(IDENTITY) instanceof UserClaims identity ? identity.headers() : Map.of();
        }

        /** To many backends an underscore is a dash: the old proxy does not know that (CVE-2025-64484). */
        private boolean ours(String name) {
            String lower = name.toLowerCase(Locale.ROOT);
            return OURS.contains(version.dropsUnderscores() ? lower.replace('_', '-') : lower);
        }
    }
}

package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.identityprovider.UserClaims;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import jakarta.servlet.DispatcherType;
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
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.jspecify.annotations.Nullable;

/** Adds the headers that identify the user to the request for the backend, and drops those that the client sent. */
final class IdentityHeaderFilter implements Filter {
    private final ProxyVersion version;

    IdentityHeaderFilter(ProxyVersion version) {
        this.version = version;
    }

    /** Adds the filter to a server. */
    static void addTo(JavalinConfig config, ProxyVersion version) {
        config.jetty.modifyServletContextHandler(context -> {
            FilterHolder headers = new FilterHolder(new IdentityHeaderFilter(version));
            headers.setAsyncSupported(true);
            context.addFilter(headers, "/*", EnumSet.of(DispatcherType.REQUEST));
        });
    }

    /** Identifies the user in the request for the backend, and in its response. */
    static void set(Context ctx, UserClaims claims) {
        ctx.req().setAttribute(IdentifiedRequest.CLAIMS, claims);
        addToResponse(ctx, claims);
    }

    /** Identifies the user in the response. */
    static void addToResponse(Context ctx, UserClaims claims) {
        ctx.header("Gap-Auth", claims.email());
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(new IdentifiedRequest((HttpServletRequest) request, version), response);
    }

    /** A request whose identity headers come from the proxy's session alone. */
    private static final class IdentifiedRequest extends HttpServletRequestWrapper {
        /** The request attribute with the {@link UserClaims}. */
        private static final String CLAIMS = "io.apikit.testkit.claims";

        /** In lower case. The access token is not one of them, as at a proxy without {@code --pass-access-token}. */
        private static final Set<String> NAMES =
                Set.of("x-forwarded-user", "x-forwarded-email", "x-forwarded-preferred-username", "x-forwarded-groups");

        private final ProxyVersion version;

        private IdentifiedRequest(HttpServletRequest request, ProxyVersion version) {
            super(request);
            this.version = version;
        }

        @Override
        public @Nullable String getHeader(String name) {
            return isIdentity(name) ? identity().get(name) : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            if (!isIdentity(name)) {
                return super.getHeaders(name);
            }
            String value = getHeader(name);
            return Collections.enumeration(value == null ? List.of() : List.of(value));
        }

        @Override
        public Enumeration<String> getHeaderNames() {
            List<String> names = new ArrayList<>(Collections.list(super.getHeaderNames()));
            names.removeIf(this::isIdentity);
            names.addAll(identity().keySet());
            return Collections.enumeration(names);
        }

        /** The names are found in upper and lower case. */
        private Map<String, String> identity() {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            if (getAttribute(CLAIMS) instanceof UserClaims claims) {
                headers.put("X-Forwarded-User", claims.subject());
                headers.put("X-Forwarded-Email", claims.email());
                claims.preferredUsername().ifPresent(name -> headers.put("X-Forwarded-Preferred-Username", name));
            }
            return headers;
        }

        /** Many backends read an underscore as a dash. Version 7.0 does not consider that (CVE-2025-64484). */
        private boolean isIdentity(String name) {
            String lower = name.toLowerCase(Locale.ROOT);
            return NAMES.contains(version.dropsUnderscores() ? lower.replace('_', '-') : lower);
        }
    }
}

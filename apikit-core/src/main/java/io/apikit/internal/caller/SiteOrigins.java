package io.apikit.internal.caller;

import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * The origins of the web pages whose requests may change something: the service's own and the allowed ones. The own one
 * has the host and port of {@code Host}, or of {@code X-Forwarded-Host} from a trusted proxy.
 *
 * @param allowed from {@link io.apikit.ops.Operations#allowOrigins}
 * @param trustedProxies and
 * @param forwardedFor the peers whose {@code X-Forwarded-Host} counts
 */
public record SiteOrigins(CorsOrigins allowed, TrustedProxies trustedProxies, ForwardedFor forwardedFor) {
    private static final String FETCH_SITE = "Sec-Fetch-Site";

    /**
     * Returns whether a request comes from a page of these origins, or from no page. Browsers send {@code Origin} with
     * every request that is no GET or HEAD. A privacy extension may remove it, but not {@code Sec-Fetch-Site}.
     */
    public boolean permit(Request request) {
        var headers = request.getHeaders();
        if (!headers.contains(HttpHeader.ORIGIN)) {
            return headers.getValuesList(FETCH_SITE).stream().noneMatch("cross-site"::equalsIgnoreCase);
        }
        return allowed.of(request).isPresent() || isOwn(request, headers.getValuesList(HttpHeader.ORIGIN));
    }

    private boolean isOwn(Request request, List<String> origins) {
        var origin = origins.size() == 1 ? HostPort.ofOrigin(origins.get(0)) : Optional.<HostPort>empty();
        return origin.isPresent()
                && (origin.equals(first(request.getHeaders(), HttpHeader.HOST))
                        || (isProxied(request)
                                && origin.equals(first(request.getHeaders(), HttpHeader.X_FORWARDED_HOST))));
    }

    private boolean isProxied(Request request) {
        return trustedProxies.includePeerOf(request) || forwardedFor.includesPeerOf(request);
    }

    /** Returns the first value: each further proxy adds one. */
    private static Optional<HostPort> first(HttpFields headers, HttpHeader name) {
        return Optional.ofNullable(headers.get(name)).flatMap(value -> HostPort.parse(value.split(",", 2)[0].strip()));
    }
}

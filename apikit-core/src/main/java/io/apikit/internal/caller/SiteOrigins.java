package io.apikit.internal.caller;

import java.util.List;
import java.util.Optional;
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
                && (origin.equals(addressed(request)) || (isProxied(request) && origin.equals(forwarded(request))));
    }

    /** HTTP/2 has the authority in the target, and need not have the header (RFC 9113, section 8.3.1). */
    private static Optional<HostPort> addressed(Request request) {
        return Optional.ofNullable(request.getHeaders().get(HttpHeader.HOST))
                .or(() -> Optional.ofNullable(request.getHttpURI().getAuthority()))
                .flatMap(HostPort::parse);
    }

    /** Each further proxy adds a value after the first. */
    private static Optional<HostPort> forwarded(Request request) {
        return Optional.ofNullable(request.getHeaders().get(HttpHeader.X_FORWARDED_HOST))
                .flatMap(value -> HostPort.parse(value.split(",", 2)[0].strip()));
    }

    private boolean isProxied(Request request) {
        return trustedProxies.includePeerOf(request) || forwardedFor.includesPeerOf(request);
    }
}

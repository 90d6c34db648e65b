package io.apikit.callers;

import java.net.URI;
import java.util.Set;

/** The rules of URLs from which keys are fetched: who can change the response can make tokens. */
final class IssuerUrl {
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    private IssuerUrl() {}

    /**
     * Returns the URL.
     *
     * @throws IllegalArgumentException unless it is https, or http on this machine; for user info, a query or a fragment
     */
    static URI require(String what, URI url) {
        var host = url.getHost();
        var isSafe = "https".equalsIgnoreCase(url.getScheme())
                || ("http".equalsIgnoreCase(url.getScheme()) && host != null && THIS_MACHINE.contains(host));
        if (!isSafe || host == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    what + " must be an https URL without user info (http only on this machine)");
        }
        return url;
    }
}

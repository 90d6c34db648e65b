package io.apikit.testkit.identityprovider;

import io.apikit.testkit.internal.BoundedMap;
import io.apikit.testkit.internal.RandomTokens;
import java.util.Optional;

/** Authorization codes (RFC 6749, section 4.1.2): each is redeemed once, with its redirect URI. Thread-safe. */
final class AuthorizationCodes {
    private record Grant(String user, String redirectUri) {}

    private final BoundedMap<Grant> grants = new BoundedMap<>(10_000);
    private volatile boolean refused;

    String issue(String user, String redirectUri) {
        String code = RandomTokens.next();
        grants.put(code, new Grant(user, redirectUri));
        return code;
    }

    void refuse(boolean all) {
        refused = all;
    }

    Optional<String> redeem(String code, String redirectUri) {
        return grants.take(code)
                .filter(grant -> !refused && grant.redirectUri().equals(redirectUri))
                .map(Grant::user);
    }
}

package io.apikit.auth;

import com.github.benmanes.caffeine.cache.Cache;
import io.apikit.http.BackendRequest;

/**
 * Targets (method and path) that were rejected under a login just renewed: for the cool-down their rejections renew
 * nothing. One bounded memory for all sessions of a backend; what it forgets too early costs one renewal.
 */
final class DeniedTargets {
    private static final int MAX_TARGETS = 10_000;
    private final Cache<Target, Boolean> targets;

    DeniedTargets(SessionSettings settings) {
        this.targets = settings.bounded(MAX_TARGETS)
                .expireAfterWrite(settings.coolDown())
                .build();
    }

    boolean contains(long session, BackendRequest request) {
        return targets.getIfPresent(new Target(session, request.method(), request.path())) != null;
    }

    void add(long session, BackendRequest request) {
        targets.put(new Target(session, request.method(), request.path()), true);
    }

    void clear() {
        targets.invalidateAll();
    }

    /** By number: a session that is forgotten must not be kept here, credentials and all. */
    private record Target(long session, String method, String path) {}
}

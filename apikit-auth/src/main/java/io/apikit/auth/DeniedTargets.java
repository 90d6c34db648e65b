package io.apikit.auth;

import com.github.benmanes.caffeine.cache.Cache;
import io.apikit.http.BackendRequest;

/**
 * Targets (method and path) that were rejected under a login that was just renewed. During the cool-down their
 * rejections cause no renewal. One bounded cache for all sessions of a backend, at most 10,000 targets: a target that
 * is removed too early costs one renewal. Thread-safe.
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

    /** The number in place of the session: a session that is removed, with its credentials, must not be kept here. */
    private record Target(long session, String method, String path) {}
}

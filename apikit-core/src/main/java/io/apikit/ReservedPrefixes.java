package io.apikit;

import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.jetty.util.URIUtil;
import org.jspecify.annotations.Nullable;

/**
 * The prefixes that belong to one backend, or to none yet: a path at or below one is matched by the routes that are
 * registered below it, and by no wildcard or parameter of another route. Spellings that a server or a proxy may take for
 * the same path (RFC 3986, section 6.2.2) are reserved with it. Not thread-safe until the app is built.
 */
final class ReservedPrefixes {
    private final Map<RoutePrefix, Owned> owned = new LinkedHashMap<>();

    /** The longest path first. */
    private List<Mounted> mounted = List.of();

    /** Adds prefixes that belong to no backend. */
    void reserve(List<RoutePrefix> prefixes) {
        prefixes.forEach(prefix -> owned.merge(checked(prefix), new Owned(null), (known, none) -> known));
    }

    /**
     * Adds a prefix that belongs to a backend.
     *
     * @throws IllegalArgumentException for the root, or if the prefix belongs to another backend
     */
    void own(RoutePrefix prefix, AuthMode owner) {
        owned.merge(checked(prefix), new Owned(owner), (known, added) -> {
            if (known.owner != null && known.owner != owner) {
                throw new IllegalArgumentException("the prefix " + prefix.path() + " belongs to " + known.owner
                        + " already; give " + owner + " a prefix of its own");
            }
            return added;
        });
    }

    private static RoutePrefix checked(RoutePrefix prefix) {
        if (prefix.isRoot()) {
            throw new IllegalArgumentException(
                    "the root cannot be a prefix of one backend: all other routes are below");
        }
        return prefix;
    }

    /** Returns the backends that have a prefix. */
    List<AuthMode> owners() {
        return owned.values().stream()
                .map(Owned::owner)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /**
     * Reserves the prefixes below each of these, in place of those of an earlier call.
     *
     * @throws IllegalArgumentException if the service's own routes would be at or below one of them, naming both
     */
    void mountBelow(List<RoutePrefix> routePrefixes) {
        var mounts = new ArrayList<Mounted>();
        for (var above : routePrefixes) {
            owned.forEach((prefix, by) -> mounts.add(new Mounted(lowerCase(above.path() + prefix.path()), by.owner)));
        }
        mounts.sort((one, other) -> Integer.compare(other.path.length(), one.path.length()));
        this.mounted = List.copyOf(mounts);
        routePrefixes.forEach(this::refuseReserved);
    }

    private void refuseReserved(RoutePrefix prefix) {
        find(prefix.path()).ifPresent(reserved -> {
            throw new IllegalArgumentException("the route prefix " + prefix.path() + " is at or below " + reserved.path
                    + ", which is reserved for " + reserved.describeOwner() + ": choose another one of the two");
        });
    }

    private static String lowerCase(String path) {
        return path.toLowerCase(Locale.ROOT);
    }

    /** Returns the longest prefix that the path of a request is at or below. */
    Optional<String> of(String path) {
        return mounted.isEmpty() ? Optional.empty() : find(path).map(Mounted::path);
    }

    /** Returns the backend that a route belongs to; empty if it belongs to none. */
    Optional<AuthMode> ownerOf(String route) {
        return mounted.isEmpty() ? Optional.empty() : find(route).map(Mounted::owner);
    }

    private Optional<Mounted> find(String path) {
        var spellings = spellings(path);
        return mounted.stream()
                .filter(mount -> spellings.stream().anyMatch(plain -> isAtOrBelow(lowerCase(plain), mount.path)))
                .findFirst();
    }

    /**
     * Refuses the upgrade to a WebSocket at or below a prefix, if its handler is not registered below that prefix. Javalin
     * finds these handlers without the app's router.
     *
     * @throws NotFoundResponse if it is refused
     */
    void checkUpgrade(Context ctx) {
        var found = ctx.endpoints().lastHttpEndpoint();
        var isOthers = of(ctx.path().substring(ctx.contextPath().length()))
                .filter(prefix -> found == null || !isRegisteredBelow(found.path, prefix))
                .isPresent();
        if (isOthers) {
            throw new NotFoundResponse("no route for " + ctx.method() + " " + ctx.path());
        }
    }

    /** Returns whether the path that a route was registered with begins with a prefix. */
    static boolean isRegisteredBelow(String route, String prefix) {
        return isAtOrBelow(lowerCase(route), prefix);
    }

    private static boolean isAtOrBelow(String path, String prefix) {
        return path.startsWith(prefix) && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
    }

    /**
     * Returns the path decoded, without path parameters and empty segments: with its dot segments, as routes are matched,
     * and without them.
     */
    private static List<String> spellings(String path) {
        if (path.indexOf('%') < 0 && path.indexOf(';') < 0 && !path.contains("//") && !path.contains("/.")) {
            return List.of(path);
        }
        try {
            var compact = URIUtil.compactPath(URIUtil.decodePath(path));
            var normal = URIUtil.normalizePath(compact);
            return normal == null ? List.of(compact) : List.of(compact, normal);
        } catch (IllegalArgumentException ignored) {
            // The server refuses what cannot be decoded: no route gets it.
            return List.of(path);
        }
    }

    private record Owned(@Nullable AuthMode owner) {}

    /** @param path in lower case */
    private record Mounted(String path, @Nullable AuthMode owner) {
        String describeOwner() {
            return owner == null ? "a backend that is not configured" : String.valueOf(owner);
        }
    }
}

package io.apikit.oauth2;

import io.apikit.BackendError;
import io.apikit.auth.LoginTransport;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Timing;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads an issuer's metadata (RFC 8414; OpenID Connect Discovery 1.0, section 4), and keeps it for 6 h. Thread-safe: at
 * most one login reads it at a time, and the others wait for its result. No lock is held meanwhile.
 */
final class IssuerDiscovery implements TokenEndpoint {
    private static final Logger log = LoggerFactory.getLogger(IssuerDiscovery.class);

    static final Duration FRESH = Duration.ofHours(6);

    /** After a failure, metadata that is known stays in use for this long before the next try. */
    private static final Duration RETRY = Duration.ofMinutes(1);

    private record Known(Location location, long untilNanos) {}

    private final String issuer;
    private final URI uri;
    private final Timing timing;
    private final AtomicReference<@Nullable Known> known = new AtomicReference<>();
    private final AtomicReference<@Nullable CompletableFuture<Location>> flight = new AtomicReference<>();

    IssuerDiscovery(String issuer, Timing timing) {
        this.issuer = issuer;
        this.uri = EndpointUri.parse("issuer", issuer);
        this.timing = timing;
        if (uri.getRawQuery() != null) {
            throw new IllegalArgumentException("issuer must have no query (RFC 8414, section 2)");
        }
    }

    @Override
    public Location locate(LoginTransport bare) {
        var fresh = fresh(known.get());
        if (fresh != null) {
            return fresh;
        }
        var own = new CompletableFuture<Location>();
        var running = flight.compareAndExchange(null, own);
        if (running != null) {
            return awaited(running);
        }
        try {
            lead(own, bare);
        } finally {
            flight.set(null);
        }
        return awaited(own);
    }

    private @Nullable Location fresh(@Nullable Known current) {
        return current != null && timing.nanoTime() - current.untilNanos() < 0 ? current.location() : null;
    }

    /** Completes the flight with whatever happens, so that nobody waits for a thread that has died. */
    private void lead(CompletableFuture<Location> own, LoginTransport bare) {
        try {
            var current = known.get();
            var fresh = fresh(current); // Another flight may have ended since the first look.
            own.complete(fresh == null ? read(bare, current) : fresh);
        } catch (Throwable e) {
            own.completeExceptionally(e);
        }
    }

    private Location read(LoginTransport bare, @Nullable Known before) {
        try {
            var location = location(metadata(bare));
            known.set(new Known(location, timing.nanoTime() + FRESH.toNanos()));
            return location;
        } catch (BackendError e) {
            if (before == null) {
                throw e;
            }
            log.warn("The metadata of {} cannot be read again; what is known stays in use: {}", issuer, e.content());
            known.set(new Known(before.location(), timing.nanoTime() + RETRY.toNanos()));
            return before.location();
        }
    }

    /** The thread of a login is interrupted 1 s after its deadline. */
    private static Location awaited(CompletableFuture<Location> running) {
        try {
            return running.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BackendError.of(504, "The login waited too long for the issuer's metadata.");
        } catch (ExecutionException e) {
            // Each login has an exception of its own: its stack and cause belong to one thread.
            var failure = e.getCause() instanceof BackendError error
                    ? error.withContent(error.content().orElse(error.reason()))
                    : BackendError.of(502, "The issuer's metadata cannot be read.");
            if (failure.getCause() == null) {
                failure.initCause(e.getCause());
            }
            throw failure;
        }
    }

    @Override
    public boolean forget(Location gone) {
        var current = known.get();
        if (current != null && current.location().equals(gone)) {
            known.compareAndSet(current, null); // Another login may have found a new one just now.
        }
        return true;
    }

    /** An issuer has one of two addresses: that of OpenID Connect goes first, since more issuers have it. */
    private BackendResponse metadata(LoginTransport bare) {
        var path = uri.getRawPath().replaceFirst("/+$", "");
        var at = bare.at(EndpointUri.origin(uri));
        var first = at.send(request(path + "/.well-known/openid-configuration"));
        var isAbsent = first.status() >= 400 && first.status() < 500 && first.status() != 429;
        var response = isAbsent ? at.send(request("/.well-known/oauth-authorization-server" + path)) : first;
        if (!response.isSuccess()) {
            throw response.toError()
                    .withContent("The issuer's metadata cannot be read: status " + response.status() + ".");
        }
        return response;
    }

    private static BackendRequest request(String path) {
        return BackendRequest.get(path).header("Accept", "application/json");
    }

    private Location location(BackendResponse response) {
        var metadata = response.json(Map.class);
        if (!issuer.equals(metadata.get("issuer"))) { // RFC 8414, section 3.3: identical, and not only equivalent.
            log.warn(
                    "The metadata of the issuer {} names the issuer '{}'. Set issuer(..) to exactly that text, if it is the"
                            + " right one.",
                    issuer,
                    LogLine.of(String.valueOf(metadata.get("issuer"))));
            throw BackendError.of(502, "The issuer's metadata names another issuer.");
        }
        return new Location(endpoint(metadata.get("token_endpoint")), issuer, isBasicOnly(metadata));
    }

    private URI endpoint(@Nullable Object text) {
        URI endpoint;
        try {
            endpoint = EndpointUri.parse("token_endpoint", String.valueOf(text));
        } catch (IllegalArgumentException e) {
            throw BackendError.of(502, "The issuer's metadata names no usable token_endpoint.");
        }
        if (!EndpointUri.isTrusted(endpoint, uri)) {
            throw BackendError.of(502, "The issuer's metadata names a token_endpoint without TLS.");
        }
        return endpoint;
    }

    /** A server that lists no methods is taken as one that knows both: most do. */
    private static boolean isBasicOnly(Map<?, ?> metadata) {
        return metadata.get("token_endpoint_auth_methods_supported") instanceof List<?> methods
                && methods.contains("client_secret_basic")
                && !methods.contains("client_secret_post");
    }
}

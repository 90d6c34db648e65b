package io.apikit.http.internal.client;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Timing;
import io.apikit.http.Transport;
import io.apikit.http.internal.resilience.Bulkhead;
import io.apikit.http.internal.resilience.ConnectionDemand;
import io.apikit.http.internal.url.BackendLabel;
import io.apikit.internal.util.DefaultJson;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The entrance for requests that belong to no session, such as a login, which must not wait behind the requests that
 * wait for it. It resolves their deadline and JSON body, and sends them without credentials, retries, pace and circuit
 * breaker. They have connections of their own, beyond {@link io.apikit.http.HttpOptions HttpOptions#maxConnections()}.
 * Thread-safe.
 */
public final class BareTransport implements Transport {
    /**
     * Connections for these requests alone: calls that hang do not take the connections of logins, and logins that hang
     * do not take those of calls.
     */
    public static final int CONNECTIONS = 64;

    private static final Duration REACHABLE_WITHIN = Duration.ofSeconds(1);

    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD");

    private static final Set<String> HARMLESS_HEADERS = Set.of("Accept", "Accept-Language", "User-Agent");

    private final HttpTransport http;
    private final Timing timing;
    private final Transport next;

    private BareTransport(HttpTransport http, Timing timing, Transport next) {
        this.http = http;
        this.timing = timing;
        this.next = next;
    }

    public static BareTransport create(HttpTransport http, Timing timing) {
        var bulkhead = new Bulkhead(CONNECTIONS, CONNECTIONS, http.options().totalTimeout(), http.failures());
        return new BareTransport(http, timing, GatedTransport.create(List.of(bulkhead), http.failures(), http));
    }

    /**
     * Returns a bare transport to another origin, which has no limit of its own on connections.
     *
     * @param otherOrigin {@code scheme://host[:port]} and nothing else
     * @throws io.apikit.BackendError 502 for anything else; it is not quoted
     */
    public BareTransport at(String otherOrigin) {
        var other = http.at(otherOrigin);
        return new BareTransport(other, timing, other);
    }

    /** Returns how the backend is called. */
    public BackendLabel label() {
        return http.label();
    }

    /** Returns {@code scheme://host[:port]}, without a default port, in lower case. */
    public String origin() {
        return http.origin();
    }

    /** Returns the path that is put before that of each request, without a slash at its end; empty if there is none. */
    public String prefix() {
        return http.prefix();
    }

    /** Returns whether a HEAD to the base URL gets a response that is no proxy's for a backend that is down. */
    public boolean isReachable() {
        try {
            var status = send(BackendRequest.head("").timeout(REACHABLE_WITHIN)).status();
            return status < 502 || status > 504;
        } catch (BackendError ignored) {
            return false;
        }
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        var total = http.options().totalTimeout();
        var deadline = request.deadline()
                .orElseGet(() -> Deadline.after(request.timeout().orElse(total), timing));
        var resolved = request.deadline(deadline).encoded(DefaultJson.MAPPER);
        GatedTransport.requireSendable(resolved, http.failures());
        return next.send(isPlain(resolved) ? resolved : ConnectionDemand.NEW.madeBy(resolved));
    }

    /**
     * Returns whether it carries neither credentials nor a one-time value, such as the {@code code} and {@code state} of
     * RFC 6749, section 4.1.2, wherever an auth mode puts them. Any other request goes out on a connection of its own: it
     * must not meet a close, and must not be sent again.
     */
    private static boolean isPlain(BackendRequest request) {
        return SAFE_METHODS.contains(request.method())
                && request.body().isEmpty()
                && HARMLESS_HEADERS.containsAll(request.headers().names())
                && request.target().equals(request.path());
    }
}

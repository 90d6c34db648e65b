package io.apikit.ops;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.UnauthorizedResponse;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Request;

/** Who may say who a caller is: the peers in {@link Operations#trustedProxies(String...)}. Immutable and threadsafe. */
public final class TrustedProxies {
    private static final TrustedProxies NONE = new TrustedProxies(new AddressBlocks(List.of()));

    private final AddressBlocks blocks;

    private TrustedProxies(AddressBlocks blocks) {
        this.blocks = blocks;
    }

    /** Nobody. */
    public static TrustedProxies none() {
        return NONE;
    }

    /**
     * Addresses and blocks of them, such as {@code 10.1.2.3}, {@code 10.1.0.0/16} or {@code fd00::/8}.
     *
     * @throws IllegalArgumentException for anything else, host names too, naming it
     */
    public static TrustedProxies of(String... peers) {
        return new TrustedProxies(AddressBlocks.of("trustedProxies", peers));
    }

    /** Whether nobody is trusted, so that there is nothing to look at. */
    public boolean isNone() {
        return blocks.isEmpty();
    }

    /**
     * Reads what is said of the caller, for {@link ForwardedIdentity#of} to find; for the server's own handler, before
     * anything else sees the request.
     *
     * @throws BadRequestResponse if an identity header is duplicated, has an underscore or is malformed
     * @throws UnauthorizedResponse if somebody else than a trusted proxy sent one
     */
    public Optional<ForwardedIdentity> admit(Request request) {
        var headers = IdentityHeaders.of(request.getHeaders());
        if (!headers.isForwarded()) {
            return Optional.empty();
        }
        if (!isTrusted(request)) {
            throw new UnauthorizedResponse("Who the caller is may be said by a trusted proxy only.");
        }
        var identity = new ForwardedIdentity(headers);
        request.setAttribute(ForwardedIdentity.ATTRIBUTE, identity);
        return Optional.of(identity);
    }

    private boolean isTrusted(Request request) {
        return ClientAddress.peer(request).filter(blocks::contain).isPresent();
    }
}

package io.apikit.internal.caller;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.internal.util.AddressBlock;
import io.apikit.ops.ForwardedIdentity;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.UnauthorizedResponse;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The peers that may send identity headers, from {@link io.apikit.ops.Operations#trustedProxies}. Immutable and
 * thread-safe.
 */
public final class TrustedProxies {
    private static final TrustedProxies NONE = new TrustedProxies(List.of());

    private final List<AddressBlock> blocks;

    private TrustedProxies(List<AddressBlock> blocks) {
        this.blocks = blocks;
    }

    /** Returns an instance that trusts no peer. */
    public static TrustedProxies none() {
        return NONE;
    }

    /**
     * Returns an instance that trusts these peers: addresses and blocks, such as {@code 10.1.2.3} or {@code fd00::/8}.
     *
     * @throws IllegalArgumentException for any other text, such as a host name; the message has that text
     */
    public static TrustedProxies of(String... peers) {
        return new TrustedProxies(AddressBlock.parseAll("trustedProxies", peers));
    }

    /** Returns whether no peer is trusted, so that identity headers are not read at all. */
    public boolean isNone() {
        return blocks.isEmpty();
    }

    /**
     * Reads the identity headers of a request, and keeps the identity for {@link ForwardedIdentity#of}. It is called
     * before any other handler sees the request.
     *
     * @return empty if the request has no identity header that a proxy sends
     * @throws BadRequestResponse if an identity header is duplicated, is spelled with an underscore or is malformed
     * @throws UnauthorizedResponse if the peer is not a trusted proxy
     */
    public Optional<ForwardedIdentity> readIdentity(Request request) {
        var headers = IdentityHeaders.of(request.getHeaders());
        if (!headers.isForwarded()) {
            return Optional.empty();
        }
        if (!includePeerOf(request)) {
            throw new UnauthorizedResponse("Who the caller is may be said by a trusted proxy only.");
        }
        var identity = new ForwardedIdentity(
                headers.text(IdentityHeaders.USER),
                headers.text(IdentityHeaders.EMAIL),
                headers.value(IdentityHeaders.ACCESS_TOKEN));
        request.setAttribute(ForwardedIdentity.ATTRIBUTE, identity);
        return Optional.of(identity);
    }

    /** Returns whether the peer of the connection that a request came on is one of these. */
    boolean includePeerOf(Request request) {
        return !isNone() && ClientAddress.peer(request).filter(this::contains).isPresent();
    }

    /** Returns whether an address is one of these. */
    public boolean contains(InetAddress address) {
        return AddressBlock.anyContains(blocks, address);
    }

    /** The headers of a request that name the caller. */
    private static final class IdentityHeaders {
        static final String USER = "x-forwarded-user";
        static final String EMAIL = "x-forwarded-email";
        static final String ACCESS_TOKEN = "x-forwarded-access-token";

        private static final String FORWARDED = "x-forwarded-";

        /**
         * A proxy sends the first family to the service. The other one is for its responses: it forwards those of a
         * client.
         */
        private static final Set<String> NAMES = Stream.of(FORWARDED, "x-auth-request-")
                .flatMap(family -> Stream.of("user", "email", "preferred-username", "groups", "access-token")
                        .map(part -> family + part))
                .collect(Collectors.toUnmodifiableSet());

        private final Map<String, String> values;

        private IdentityHeaders(Map<String, String> values) {
            this.values = values;
        }

        /**
         * Reads the headers; the case of their names is ignored.
         *
         * @throws BadRequestResponse if a header is there twice, because programs differ in which one they use; or if
         *     its name has an underscore, because some servers treat it as a hyphen and some proxies do not. The value
         *     is not quoted
         */
        static IdentityHeaders of(HttpFields fields) {
            var values = new HashMap<String, String>();
            for (var field : fields) {
                var name = field.getName().toLowerCase(Locale.ROOT);
                var hyphened = name.replace('_', '-');
                if (!NAMES.contains(hyphened)) {
                    continue;
                }
                if (!name.equals(hyphened)) {
                    throw new BadRequestResponse("The header " + hyphened + " is spelled with an underscore.");
                }
                if (values.put(name, Optional.ofNullable(field.getValue()).orElse("")) != null) {
                    throw new BadRequestResponse("The header " + name + " is there more than once.");
                }
            }
            return new IdentityHeaders(values);
        }

        /** Returns whether there is one of the headers that a proxy sends to the service. */
        boolean isForwarded() {
            return values.keySet().stream().anyMatch(name -> name.startsWith(FORWARDED));
        }

        /** Returns the value as received, which may be empty; null if the header is absent. */
        @Nullable
        String value(String name) {
            return values.get(name);
        }

        /** Returns the value decoded as UTF-8, which Go sends. Servers read ISO-8859-1 (RFC 9110, section 5.5). */
        @Nullable
        String text(String name) {
            var value = value(name);
            if (value == null) {
                return null;
            }
            try {
                return UTF_8.newDecoder()
                        .decode(ByteBuffer.wrap(value.getBytes(ISO_8859_1)))
                        .toString();
            } catch (CharacterCodingException e) {
                return value;
            }
        }
    }
}

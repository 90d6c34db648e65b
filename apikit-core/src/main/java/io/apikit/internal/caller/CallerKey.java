package io.apikit.internal.caller;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.internal.util.AuthorizationHeader;
import io.apikit.internal.util.KeyedDigest;
import io.apikit.ops.ForwardedIdentity;
import java.net.InetAddress;
import java.util.HexFormat;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * A key that distinguishes callers in logs and limits without naming them: an HMAC-SHA256 (RFC 2104), under a key of
 * this process, of the caller's identity. The identity is the first that the request has of these:
 *
 * <ul>
 *   <li>the name that a trusted proxy forwards
 *   <li>where callers are checked, the name of the caller, or if it is refused the {@link ClientAddress}
 *   <li>the user name of Basic credentials, without the password
 *   <li>the whole {@code Authorization} header
 *   <li>the {@link ClientAddress}
 * </ul>
 *
 * <p>Unless callers are checked, credentials are not verified: a caller who invents names gets as many keys. Immutable.
 *
 * @param text 16 hexadecimal digits
 */
public record CallerKey(String text) {
    private static final int DIGEST_BYTES = 8;
    private static final String ATTRIBUTE = CallerKey.class.getName();
    private static final KeyedDigest KEYED_DIGEST = new KeyedDigest();

    /** Returns the key of the caller. It is computed once for each request, and kept in an attribute. */
    public static CallerKey of(Request request) {
        if (request.getAttribute(ATTRIBUTE) instanceof CallerKey known) {
            return known;
        }
        var key = digest(identity(request));
        request.setAttribute(ATTRIBUTE, key);
        return key;
    }

    private static String identity(Request request) {
        if (request.getAttribute(ForwardedIdentity.ATTRIBUTE) instanceof ForwardedIdentity forwarded
                && forwarded.name().isPresent()) {
            return "name " + forwarded.name().get();
        }
        var checked = CheckedCaller.of(request);
        if (checked.isPresent()) {
            return checked.get().name().map(name -> "checked " + name).orElseGet(() -> address(request));
        }
        var authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        return authorization == null ? address(request) : authorizationIdentity(authorization);
    }

    private static String address(Request request) {
        return "address "
                + ClientAddress.of(request).map(InetAddress::getHostAddress).orElse("");
    }

    private static String authorizationIdentity(String authorization) {
        return AuthorizationHeader.parseBasic(authorization)
                .map(pair -> "user " + pair.username())
                .orElseGet(() -> "other " + authorization);
    }

    private static CallerKey digest(String identity) {
        var digest = KEYED_DIGEST.digest(identity.getBytes(UTF_8));
        return new CallerKey(HexFormat.of().formatHex(digest, 0, DIGEST_BYTES));
    }
}

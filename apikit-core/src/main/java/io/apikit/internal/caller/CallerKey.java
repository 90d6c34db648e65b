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
 * Tells callers apart in logs and limits without naming them: an HMAC-SHA256 (RFC 2104) under a key that exists in this
 * process only, of what the caller says it is. That is the name a trusted proxy gives it, else the user name of Basic
 * credentials (the password does not count), else the rest of the {@code Authorization} header as it is, else its
 * {@link ClientAddress}. Nothing of it is checked: who makes up names has as many keys. Immutable.
 *
 * @param text 16 hexadecimal digits
 */
public record CallerKey(String text) {
    private static final int DIGEST_BYTES = 8;
    private static final String ATTRIBUTE = CallerKey.class.getName();
    private static final KeyedDigest KEYED = new KeyedDigest();

    /** Of whoever sent this request; made once for each. */
    public static CallerKey of(Request request) {
        if (request.getAttribute(ATTRIBUTE) instanceof CallerKey known) {
            return known;
        }
        var made = digest(said(request));
        request.setAttribute(ATTRIBUTE, made);
        return made;
    }

    private static String said(Request request) {
        if (request.getAttribute(ForwardedIdentity.ATTRIBUTE) instanceof ForwardedIdentity known
                && known.name().isPresent()) {
            return "name " + known.name().get();
        }
        var authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        return authorization == null
                ? "address "
                        + ClientAddress.of(request)
                                .map(InetAddress::getHostAddress)
                                .orElse("")
                : shown(authorization);
    }

    private static String shown(String authorization) {
        return AuthorizationHeader.parseBasic(authorization)
                .map(pair -> "user " + pair.username())
                .orElseGet(() -> "other " + authorization);
    }

    private static CallerKey digest(String said) {
        var digest = KEYED.digest(said.getBytes(UTF_8));
        return new CallerKey(HexFormat.of().formatHex(digest, 0, DIGEST_BYTES));
    }
}

package io.apikit.ops;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.internal.caller.TrustedProxies;
import io.apikit.internal.util.HttpSyntax;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * What an oauth2-proxy in front of the service says of the caller; there is one only if the proxy is one of {@link
 * Operations#trustedProxies(String...)}. Immutable and threadsafe; {@code toString} masks the token.
 *
 * <p>User and e-mail name the caller in logs and limits. They are no credentials, and find no session: that is what the
 * access token is for, which {@code Backend.session(ctx)} takes as the caller's own.
 */
public final class ForwardedIdentity {
    /**
     * The key that the caller's name has in SLF4J's {@code MDC} on the thread that serves the request. In JSON lines the
     * name is the field {@code caller_name}: {@code caller} is the digest of the {@linkplain AccessLog access log}.
     */
    public static final String MDC_KEY = "caller";

    public static final String ATTRIBUTE = ForwardedIdentity.class.getName();

    /** A {@code sub} has up to 255 characters (OpenID Connect Core, section 2), an address up to 254 (RFC 5321). */
    private static final int LONGEST_NAME = 255;

    private final @Nullable String user;
    private final @Nullable String email;
    private final @Nullable String accessToken;

    /** @throws BadRequestResponse for a name that is too long or has control characters, or a malformed token */
    public ForwardedIdentity(TrustedProxies.IdentityHeaders headers) {
        this.user = name(headers, TrustedProxies.IdentityHeaders.USER);
        this.email = name(headers, TrustedProxies.IdentityHeaders.EMAIL);
        this.accessToken =
                headers.value(TrustedProxies.IdentityHeaders.ACCESS_TOKEN).orElse(null);
        if (accessToken != null && !HttpSyntax.isB64Token(accessToken)) {
            throw new BadRequestResponse(
                    "The header " + TrustedProxies.IdentityHeaders.ACCESS_TOKEN + " is malformed.");
        }
    }

    /** Of whoever sent this request; empty where no proxy is trusted, or the trusted one named nobody. */
    public static Optional<ForwardedIdentity> of(Context ctx) {
        return Optional.ofNullable(ctx.attribute(ATTRIBUTE));
    }

    /** The same for the server's own handlers. */
    public static Optional<ForwardedIdentity> of(Request request) {
        return Optional.ofNullable((ForwardedIdentity) request.getAttribute(ATTRIBUTE));
    }

    /** The identity provider's name for the caller, {@code sub} mostly: for a machine to tell callers apart. */
    public Optional<String> user() {
        return Optional.ofNullable(user);
    }

    /** The caller's e-mail address, as the identity provider has it. */
    public Optional<String> email() {
        return Optional.ofNullable(email);
    }

    /** The user, or where there is none the e-mail address. */
    public Optional<String> name() {
        return user().or(this::email);
    }

    /** The token (RFC 6750) that the caller has from the identity provider: a secret. */
    public Optional<String> accessToken() {
        return Optional.ofNullable(accessToken);
    }

    @Override
    public String toString() {
        return "ForwardedIdentity[user=" + user + ", email=" + email + ", accessToken="
                + (accessToken == null ? "null" : "***") + "]";
    }

    private static @Nullable String name(TrustedProxies.IdentityHeaders headers, String header) {
        var name = headers.value(header).map(HeaderText::utf8).orElse("");
        if (name.length() > LONGEST_NAME || HttpSyntax.hasControlOrSeparator(name)) {
            throw new BadRequestResponse("The header " + header + " is malformed.");
        }
        return name.isEmpty() ? null : name;
    }

    /** A header's value as its sender meant it: Go writes UTF-8, which servers read as ISO-8859-1 (RFC 9110, section 5.5). */
    static final class HeaderText {
        private HeaderText() {}

        static String utf8(String value) {
            try {
                return UTF_8.newDecoder()
                        .decode(ByteBuffer.wrap(value.getBytes(ISO_8859_1)))
                        .toString();
            } catch (CharacterCodingException another) {
                return value;
            }
        }
    }
}

package io.apikit.ops;

import io.apikit.internal.util.HttpSyntax;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The identity that an oauth2-proxy in front of the service reports for a caller. A request has one only if the proxy
 * is one of {@link Operations#trustedProxies(String...)}. Immutable and thread-safe. {@code toString} masks the token.
 *
 * <p>User and e-mail name the caller in logs and limits. They are not credentials and select no session. The access
 * token is: {@code Backend.session(ctx)} takes it as the caller's own.
 */
public final class ForwardedIdentity {
    /**
     * The key of the caller's name in SLF4J's {@code MDC} on the thread that serves the request. In JSON lines the name
     * is the field {@code caller_name}: {@code caller} is the digest of the {@linkplain AccessLog access log}.
     */
    public static final String MDC_KEY = "caller";

    /** The request attribute that has the identity. */
    public static final String ATTRIBUTE = ForwardedIdentity.class.getName();

    /** A {@code sub} has up to 255 characters (OpenID Connect Core, section 2), an address up to 254 (RFC 5321). */
    private static final int MAX_NAME_CHARACTERS = 255;

    private final @Nullable String user;
    private final @Nullable String email;
    private final @Nullable String accessToken;

    /**
     * An identity as a proxy reports it, for tests of code that reads one.
     *
     * @param user the identity provider's name for the caller; null or empty if unknown
     * @param email the caller's e-mail address; null or empty if unknown
     * @param accessToken the caller's token (RFC 6750), or null for none
     * @throws BadRequestResponse for a name that has more than 255 characters or a control character, or a malformed
     *     token
     */
    public ForwardedIdentity(@Nullable String user, @Nullable String email, @Nullable String accessToken) {
        this.user = name("x-forwarded-user", user);
        this.email = name("x-forwarded-email", email);
        if (accessToken != null && !isOneToken(accessToken)) {
            throw malformed("x-forwarded-access-token");
        }
        this.accessToken = accessToken;
    }

    /** A comma may join a header of the caller's with that of the proxy (RFC 9110, section 5.3). */
    private static boolean isOneToken(String text) {
        return HttpSyntax.isBearerToken(text) && text.indexOf(',') < 0;
    }

    private static @Nullable String name(String header, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            return null;
        }
        if (value.length() > MAX_NAME_CHARACTERS || HttpSyntax.hasControlOrSeparator(value)) {
            throw malformed(header);
        }
        return value;
    }

    private static BadRequestResponse malformed(String header) {
        return new BadRequestResponse("The header " + header + " is malformed.");
    }

    /** Returns the identity of the caller; empty if no proxy is trusted, or the trusted one named no caller. */
    public static Optional<ForwardedIdentity> of(Context ctx) {
        return Optional.ofNullable(ctx.attribute(ATTRIBUTE));
    }

    /** Returns the same for a handler of the server. */
    public static Optional<ForwardedIdentity> of(Request request) {
        return Optional.ofNullable((ForwardedIdentity) request.getAttribute(ATTRIBUTE));
    }

    /**
     * Returns the identity provider's name for the caller, mostly {@code sub}, which identifies callers to a machine.
     */
    public Optional<String> user() {
        return Optional.ofNullable(user);
    }

    /** Returns the caller's e-mail address, as the identity provider has it. */
    public Optional<String> email() {
        return Optional.ofNullable(email);
    }

    /** Returns the user, or if there is none the e-mail address. */
    public Optional<String> name() {
        return user().or(this::email);
    }

    /** Returns the token (RFC 6750) that the caller has from the identity provider. It is a secret. */
    public Optional<String> accessToken() {
        return Optional.ofNullable(accessToken);
    }

    @Override
    public String toString() {
        return "ForwardedIdentity[user=" + user + ", email=" + email + ", accessToken="
                + (accessToken == null ? "null" : "***") + "]";
    }
}

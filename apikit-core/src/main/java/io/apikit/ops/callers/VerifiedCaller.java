package io.apikit.ops.callers;

import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;

/**
 * A caller that a {@link CallerCheck} has admitted. Immutable. {@code toString} has the name alone.
 *
 * @param name names the caller in limits and in the log: the owner of an API key, or the subject of a token
 * @param claims what a signed token says about the caller, by name (RFC 7519, section 4); empty for an API key
 */
public record VerifiedCaller(String name, Map<String, Object> claims) {
    /** The request attribute that has the caller. */
    public static final String ATTRIBUTE = VerifiedCaller.class.getName();

    /** Copies the claims. */
    public VerifiedCaller {
        claims = Map.copyOf(claims);
    }

    /** Returns the caller of this request; empty if callers are not checked, or not for this path. */
    public static Optional<VerifiedCaller> of(Context ctx) {
        return Optional.ofNullable(ctx.attribute(ATTRIBUTE));
    }

    @Override
    public String toString() {
        return "VerifiedCaller[name=" + name + "]";
    }
}

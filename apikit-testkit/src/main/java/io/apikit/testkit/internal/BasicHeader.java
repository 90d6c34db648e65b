package io.apikit.testkit.internal;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** The user and password of an {@code Authorization: Basic} header (RFC 7617), in UTF-8. */
public record BasicHeader(String user, String password) {
    private static final String SCHEME = "Basic ";

    /** Returns whether the request has one, well-formed or not. */
    public static boolean in(Context ctx) {
        String header = ctx.header("Authorization");
        return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    /** Returns the header of the request; empty if there is none, or it is not well-formed. */
    public static Optional<BasicHeader> of(Context ctx) {
        String header = ctx.header("Authorization");
        if (header == null || !in(ctx)) {
            return Optional.empty();
        }
        return decoded(header.substring(SCHEME.length()).strip())
                .filter(pair -> pair.indexOf(':') >= 0)
                .map(pair ->
                        new BasicHeader(pair.substring(0, pair.indexOf(':')), pair.substring(pair.indexOf(':') + 1)));
    }

    private static Optional<String> decoded(String text) {
        try {
            return Optional.of(new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException ignored) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "BasicHeader[user=" + user + ", password=***]";
    }
}

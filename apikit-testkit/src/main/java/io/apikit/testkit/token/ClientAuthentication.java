package io.apikit.testkit.token;

import io.apikit.testkit.internal.BasicHeader;
import io.javalin.http.Context;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The id and secret of a client, from the form or the header (RFC 6749, section 2.3.1). In the header they are
 * form-encoded.
 *
 * @param basic whether they were in the header
 */
record ClientAuthentication(String id, String secret, boolean basic) {
    static ClientAuthentication of(Context ctx) {
        Optional<ClientAuthentication> header = BasicHeader.of(ctx).flatMap(ClientAuthentication::decoded);
        return header.map(both -> both.orInForm(ctx)).orElseGet(() -> inForm(ctx));
    }

    /** A client must not use both methods at once. If it does, Keycloak uses the form. */
    private ClientAuthentication orInForm(Context ctx) {
        return ctx.formParam("client_secret") == null
                ? this
                : new ClientAuthentication(
                        Optional.ofNullable(ctx.formParam("client_id")).orElse(id), field(ctx, "client_secret"), false);
    }

    private static Optional<ClientAuthentication> decoded(BasicHeader header) {
        try {
            return Optional.of(new ClientAuthentication(decode(header.user()), decode(header.password()), true));
        } catch (IllegalArgumentException ignored) {
            return Optional.empty();
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static ClientAuthentication inForm(Context ctx) {
        return new ClientAuthentication(field(ctx, "client_id"), field(ctx, "client_secret"), false);
    }

    private static String field(Context ctx, String name) {
        return Optional.ofNullable(ctx.formParam(name)).orElse("");
    }

    @Override
    public String toString() {
        return "ClientAuthentication[id=" + id + ", secret=***]";
    }
}

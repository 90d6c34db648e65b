package io.apikit.auth;

import io.apikit.auth.Credentials.Password;
import io.apikit.http.BackendRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** The chosen options of the client credentials mode, and the request they make (RFC 6749, section 4.4.2). */
record ClientCredentials(
        URI tokenUri,
        @Nullable String scope,
        boolean basic,
        @Nullable Duration margin) {
    String origin() {
        return tokenUri.getScheme() + "://" + tokenUri.getRawAuthority();
    }

    BackendRequest request(Password client) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("grant_type", "client_credentials");
        if (scope != null) {
            fields.put("scope", scope);
        }
        if (!basic) {
            fields.put("client_id", client.username());
            fields.put("client_secret", client.password());
        }
        var request = BackendRequest.post(target())
                .header("Accept", "application/json")
                .form(fields);
        return basic ? request.header("Authorization", authorization(client)) : request;
    }

    private String target() {
        var path = tokenUri.getRawPath().isEmpty() ? "/" : tokenUri.getRawPath();
        return tokenUri.getRawQuery() == null ? path : path + "?" + tokenUri.getRawQuery();
    }

    /** Each part is form-encoded first (RFC 6749, section 2.3.1): a colon in an id does no harm. */
    private static String authorization(Password client) {
        return AuthorizationHeader.basic(encoded(client.username()), encoded(client.password()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

package io.apikit.testkit.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apikit.testkit.internal.IssuedTokens;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** The responses of a token endpoint (RFC 6749, sections 5.1 and 5.2), and their claim of how long a token is valid. */
final class TokenEndpointResponses {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final IssuedTokens tokens;
    private final OptionalInt refusal;
    private volatile Supplier<Optional<JsonNode>> expiresIn = this::truth;

    TokenEndpointResponses(IssuedTokens tokens, OptionalInt refusal) {
        this.tokens = tokens;
        this.refusal = refusal;
    }

    void grant(Context ctx, String client, String scope) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("access_token", tokens.issue(client));
        expiresIn.get().ifPresent(value -> body.put("expires_in", value));
        body.put("refresh_expires_in", 0);
        body.put("token_type", "Bearer");
        body.put("not-before-policy", 0);
        body.put("scope", scope.isEmpty() ? "profile email" : scope);
        ctx.header("Cache-Control", "no-store").header("Pragma", "no-cache").json(body);
    }

    private Optional<JsonNode> truth() {
        return Optional.of(JSON.valueToTree(tokens.life().toSeconds()));
    }

    /** Keycloak distinguishes a wrong secret from an unknown client, and sends no challenge. */
    void refuseClient(Context ctx, boolean known) {
        int status = refusal.orElse(401);
        if (refusal.isPresent() && status == 401) {
            ctx.header("WWW-Authenticate", "Basic realm=\"clients\"");
        }
        String error = known && refusal.isEmpty() ? "unauthorized_client" : "invalid_client";
        error(ctx, status, error, "Invalid client or Invalid client credentials");
    }

    void refuse(Context ctx, String error, String description) {
        error(ctx, 400, error, description);
    }

    private static void error(Context ctx, int status, String error, String description) {
        ctx.status(status)
                .header("Cache-Control", "no-store")
                .header("Pragma", "no-cache")
                .json(Map.of("error", error, "error_description", description));
    }

    void claimTruth() {
        expiresIn = this::truth;
    }

    void claimNothing() {
        expiresIn = Optional::empty;
    }

    void claim(String json) {
        try {
            Optional<JsonNode> claimed = Optional.of(JSON.readTree(json));
            expiresIn = () -> claimed;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("expires_in: not JSON: " + json, e);
        }
    }
}

package io.apikit.interop;

import io.apikit.auth.Credentials;
import java.util.Map;

/** A client of Keycloak that logs in as itself. */
record Machine(KeycloakAdmin admin, String clientId) {
    Credentials credentials(String secret) {
        return Credentials.password(clientId, secret);
    }

    int logins() {
        return events("CLIENT_LOGIN");
    }

    int refusals() {
        return events("CLIENT_LOGIN_ERROR");
    }

    /** Its tokens live for {@link TokenLife#SECONDS} from now on, in place of 300 s. */
    void shortenTokens() {
        change(Map.of("attributes", Map.of("access.token.lifespan", Integer.toString(TokenLife.SECONDS))));
    }

    void change(Map<String, ?> fields) {
        var client = admin.get("/interop/clients?clientId=" + clientId).path(0);
        admin.put("/interop/clients/" + client.path("id").asText(), fields);
    }

    private int events(String type) {
        return admin.get("/interop/events?max=500&type=" + type + "&client=" + clientId)
                .size();
    }
}

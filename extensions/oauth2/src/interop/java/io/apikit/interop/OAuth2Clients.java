package io.apikit.interop;

import io.apikit.auth.Credentials;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The clients at Keycloak that the mode for OAuth 2.0 is tried with: new ones for each test. */
record OAuth2Clients(Keycloak keycloak) {
    private static final String LIFE = Integer.toString(TokenLife.SECONDS);

    /** A client of a service, which may log users in by their passwords. Its access tokens are brief. */
    Machine ofPasswords() {
        var machine = keycloak.newMachine();
        machine.change(Map.of("directAccessGrantsEnabled", true, "attributes", Map.of("access.token.lifespan", LIFE)));
        return machine;
    }

    /** A client of a service, which may exchange the tokens that are meant for it (standard token exchange). */
    Machine ofExchanges() {
        var machine = keycloak.newMachine();
        machine.change(Map.of("attributes", Map.of("standard.token.exchange.enabled", "true")));
        return machine;
    }

    /** A client that signs its assertions with the key of this set (RFC 7517). */
    Machine ofKey(String keySet) {
        var machine = keycloak.newMachine();
        machine.change(Map.of(
                "clientAuthenticatorType",
                "client-jwt",
                "attributes",
                Map.of("use.jwks.string", "true", "jwks.string", keySet)));
        return machine;
    }

    /** Returns a caller's token, from an app whose tokens are meant for this service. */
    Credentials callersToken(Account caller, Machine service) {
        var app = service.clientId() + "-app-of-" + caller.login();
        var representation = new HashMap<String, Object>(Realm.machine(app));
        representation.put("directAccessGrantsEnabled", true);
        representation.put(
                "protocolMappers",
                List.of(Map.of(
                        "name",
                        "audience",
                        "protocol",
                        "openid-connect",
                        "protocolMapper",
                        "oidc-audience-mapper",
                        "config",
                        Map.of("included.client.audience", service.clientId(), "access.token.claim", "true"))));
        representation.put("attributes", Map.of("access.token.lifespan", "300"));
        service.admin().post("/interop/clients", representation);
        var fields = Map.of(
                "grant_type",
                "password",
                "client_id",
                app,
                "client_secret",
                Realm.SECRET,
                "username",
                caller.login(),
                "password",
                caller.password());
        return Credentials.bearer(KeycloakAdmin.tokens(keycloak.issuer(), fields)
                .path("access_token")
                .asText());
    }
}

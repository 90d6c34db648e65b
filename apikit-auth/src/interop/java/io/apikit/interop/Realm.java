package io.apikit.interop;

import java.util.List;
import java.util.Map;

/** Keycloak's realm as its admin API takes it. */
final class Realm {
    static final String NAME = "interop";
    static final String PROXY = "proxy";
    static final String CONSENT = "proxy-consent";
    static final String BRIEF = "proxy-brief";
    static final String SECRET = "clients-own-secret";
    static final String STAFF = "staff";

    private Realm() {}

    static Map<String, Object> representation() {
        return Map.of(
                "realm",
                NAME,
                "enabled",
                true,
                "sslRequired",
                "none",
                "eventsEnabled",
                true,
                "groups",
                List.of(Map.of("name", STAFF)),
                "clients",
                List.of(proxy(PROXY, 300, false), proxy(CONSENT, 300, true), brief()));
    }

    private static Map<String, Object> brief() {
        return proxy(BRIEF, TokenLife.SECONDS, false);
    }

    private static Map<String, Object> proxy(String id, int tokenLife, boolean consent) {
        return Map.of(
                "clientId",
                id,
                "secret",
                SECRET,
                "redirectUris",
                List.of("*"),
                "directAccessGrantsEnabled",
                true,
                "consentRequired",
                consent,
                "attributes",
                Map.of("access.token.lifespan", Integer.toString(tokenLife)),
                "protocolMappers",
                List.of(groups(), audience(id), longClaim()));
    }

    /** A client that logs in as itself. */
    static Map<String, Object> machine(String id) {
        return Map.of(
                "clientId",
                id,
                "secret",
                SECRET,
                "serviceAccountsEnabled",
                true,
                "standardFlowEnabled",
                false,
                "attributes",
                Map.of("access.token.lifespan", Integer.toString(TokenLife.SECONDS)));
    }

    private static Map<String, Object> groups() {
        return mapper(
                "groups",
                "oidc-group-membership-mapper",
                Map.of(
                        "claim.name", "groups",
                        "full.path", "false",
                        "id.token.claim", "true",
                        "access.token.claim", "true",
                        "userinfo.token.claim", "true"));
    }

    /** A proxy takes only those bearer tokens that are meant for it. */
    private static Map<String, Object> audience(String client) {
        return mapper(
                "audience",
                "oidc-audience-mapper",
                Map.of("included.client.audience", client, "access.token.claim", "true"));
    }

    private static Map<String, Object> longClaim() {
        return mapper(
                "long",
                "oidc-hardcoded-claim-mapper",
                Map.of(
                        "claim.name", "long",
                        "claim.value", LongText.of(0),
                        "id.token.claim", "true",
                        "access.token.claim", "true"));
    }

    private static Map<String, Object> mapper(String name, String type, Map<String, String> config) {
        return Map.of("name", name, "protocol", "openid-connect", "protocolMapper", type, "config", config);
    }
}

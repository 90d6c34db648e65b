package io.apikit.interop;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A realm of Keycloak whose accounts are in another realm, which it asks by SAML: pages that go on by themselves carry the
 * question there and the response back. With {@code kc_idp_hint} it asks at once. Otherwise it shows its own form and a
 * link.
 */
final class KeycloakBroker implements IdentityProvider {
    /** What the link and {@code kc_idp_hint} name. */
    static final String PARTNER = "partner";

    private static final String REALM = "broker";
    private static final String POST_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
    private static final List<String> ATTRIBUTES = List.of("email", "firstName", "lastName");

    private final AtomicInteger accounts = new AtomicInteger();
    private final String origin;
    private final KeycloakAdmin admin;

    KeycloakBroker(String origin, KeycloakAdmin admin) {
        this.origin = origin;
        this.admin = admin;
        admin.post("", partner());
        admin.post("", broker());
    }

    private String realm(String name) {
        return origin + "/realms/" + name;
    }

    private Map<String, Object> partner() {
        var mappers = ATTRIBUTES.stream()
                .map(name -> Map.of(
                        "name",
                        name,
                        "protocol",
                        "saml",
                        "protocolMapper",
                        "saml-user-property-mapper",
                        "config",
                        Map.of(
                                "user.attribute", name,
                                "attribute.name", name,
                                "attribute.nameformat", "Basic")))
                .toList();
        var client = Map.of(
                "clientId",
                issuer(),
                "protocol",
                "saml",
                "redirectUris",
                List.of(issuer() + "/*"),
                "attributes",
                Map.of(
                        "saml.force.post.binding", "true",
                        "saml.client.signature", "false",
                        "saml_force_name_id_format", "true",
                        "saml_name_id_format", "username"),
                "protocolMappers",
                mappers);
        return Map.of(
                "realm",
                PARTNER,
                "enabled",
                true,
                "sslRequired",
                "none",
                "eventsEnabled",
                true,
                "clients",
                List.of(client));
    }

    private Map<String, Object> broker() {
        var provider = Map.of(
                "alias",
                PARTNER,
                "providerId",
                "saml",
                "trustEmail",
                true,
                "config",
                Map.of(
                        "singleSignOnServiceUrl",
                        realm(PARTNER) + "/protocol/saml",
                        "entityId",
                        issuer(),
                        "idpEntityId",
                        realm(PARTNER),
                        "nameIDPolicyFormat",
                        "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
                        "postBindingAuthnRequest",
                        "true",
                        "postBindingResponse",
                        "true",
                        "protocolBinding",
                        POST_BINDING,
                        "syncMode",
                        "IMPORT"));
        var mappers = ATTRIBUTES.stream()
                .map(name -> Map.of(
                        "name",
                        name,
                        "identityProviderAlias",
                        PARTNER,
                        "identityProviderMapper",
                        "saml-user-attribute-idp-mapper",
                        "config",
                        Map.of("attribute.name", name, "user.attribute", name, "syncMode", "INHERIT")))
                .toList();
        var client = Map.of("clientId", Realm.PROXY, "secret", Realm.SECRET, "redirectUris", List.of("*"));
        return Map.of(
                "realm",
                REALM,
                "enabled",
                true,
                "sslRequired",
                "none",
                "eventsEnabled",
                true,
                "clients",
                List.of(client),
                "identityProviders",
                List.of(provider),
                "identityProviderMappers",
                mappers);
    }

    @Override
    public String issuer() {
        return realm(REALM);
    }

    @Override
    public List<String> proxyFlags() {
        return Keycloak.proxyFlags(Realm.PROXY);
    }

    @Override
    public Account newAccount() {
        var name = "partner%02d".formatted(accounts.getAndIncrement());
        var account = new Account(name, name + "@example.net", "secret of " + name);
        var password = Map.of("type", "password", "value", account.password());
        admin.post("/" + PARTNER + "/users", Keycloak.representation(account, List.of(password), List.of()));
        return account;
    }

    @Override
    public int logins(Account account) {
        return events("LOGIN", account);
    }

    @Override
    public int refusals(Account account) {
        return events("LOGIN_ERROR", account);
    }

    private int events(String type, Account account) {
        var user = admin.get("/" + PARTNER + "/users?exact=true&username=" + account.login())
                .path(0)
                .path("id")
                .asText();
        return admin.get("/" + PARTNER + "/events?max=500&type=" + type + "&user=" + user)
                .size();
    }
}

package io.apikit.interop;

import java.util.List;

/** Keycloak as one of its clients sees it. */
record KeycloakClient(Keycloak keycloak, String client) implements IdentityProvider {
    @Override
    public String issuer() {
        return keycloak.issuer();
    }

    @Override
    public List<String> proxyFlags() {
        return Keycloak.proxyFlags(client);
    }

    @Override
    public Account newAccount() {
        return keycloak.newAccount();
    }

    @Override
    public int logins(Account account) {
        return keycloak.logins(account);
    }

    @Override
    public int refusals(Account account) {
        return keycloak.refusals(account);
    }
}

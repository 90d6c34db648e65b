package io.apikit.auth.contract;

import io.apikit.auth.Authenticator;

class TokenLoginContractTest extends RenewableModeContract {
    @Override
    protected RenewableBackendUnderTest start() {
        return new TokenServer(Authenticator.tokenLogin(login ->
                login.post("/token").credentialsAsForm("user", "password").sign("X-Token", "{token}")));
    }
}

package io.apikit.auth;

class TokenLoginContractTest extends RenewableModeContract {
    @Override
    protected RenewableBackendUnderTest start() {
        return new TokenBackendUnderTest(Authenticator.tokenLogin(login ->
                login.post("/token").credentialsAsForm("user", "password").sign("X-Token", "{token}")));
    }
}

package io.apikit.oauth2;

import io.apikit.auth.Credentials;
import io.apikit.auth.contract.RenewableBackendUnderTest;
import io.apikit.auth.contract.RenewableModeContract;

/** Passwords of users, with refresh tokens that are rotated: a renewal is a refresh. */
class OAuth2PasswordContractTest extends RenewableModeContract {
    @Override
    protected RenewableBackendUnderTest start() {
        return new IssuerUnderTest(options ->
                options.passwordGrant().client(Credentials.password(FakeIssuer.CLIENT, FakeIssuer.SECRET)));
    }
}

package io.apikit.oauth2;

import io.apikit.auth.contract.RenewableBackendUnderTest;
import io.apikit.auth.contract.RenewableModeContract;

/** The id and the secret of each caller, which are a client's. */
class OAuth2ClientContractTest extends RenewableModeContract {
    @Override
    protected RenewableBackendUnderTest start() {
        return new IssuerUnderTest(options -> options.scope("read"));
    }
}

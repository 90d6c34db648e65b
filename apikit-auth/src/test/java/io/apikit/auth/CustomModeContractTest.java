package io.apikit.auth;

import io.apikit.custom.TokenMode;

/** A mode written by a user keeps the contract too. */
class CustomModeContractTest extends RenewableModeContract {
    @Override
    protected RenewableBackendUnderTest start() {
        return new TokenBackendUnderTest(new TokenMode());
    }
}

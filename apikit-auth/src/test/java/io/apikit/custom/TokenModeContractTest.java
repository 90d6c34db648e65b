package io.apikit.custom;

import io.apikit.auth.RenewableBackendUnderTest;
import io.apikit.auth.RenewableModeContract;
import io.apikit.auth.TokenBackendUnderTest;

/** A mode written by a user keeps the contract too, and runs it from a package of its own. */
class TokenModeContractTest extends RenewableModeContract {
    @Override
    protected RenewableBackendUnderTest start() {
        return new TokenBackendUnderTest(new TokenMode());
    }
}

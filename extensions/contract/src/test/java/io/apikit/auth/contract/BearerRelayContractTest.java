package io.apikit.auth.contract;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import java.util.List;
import java.util.Map;

class BearerRelayContractTest extends FixedModeContract {
    @Override
    protected BackendUnderTest start() {
        return new FixedBackend(
                Authenticator.bearerRelay(),
                Map.of("Bearer wonderland", "alice", "Bearer builder-secret", "bob"),
                List.of(
                        Credentials.bearer("wonderland"),
                        Credentials.bearer("builder-secret"),
                        Credentials.bearer("looking-glass")));
    }
}

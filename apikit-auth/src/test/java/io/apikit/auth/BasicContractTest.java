package io.apikit.auth;

import io.apikit.internal.util.AuthorizationHeader;
import java.util.List;
import java.util.Map;

class BasicContractTest extends FixedModeContract {
    @Override
    protected BackendUnderTest start() {
        return new FixedBackend(
                Authenticator.basic(),
                Map.of(
                        AuthorizationHeader.basic("alice", "wonderland"), "alice",
                        AuthorizationHeader.basic("bob", "builder-secret"), "bob"),
                List.of(
                        Credentials.password("alice", "wonderland"),
                        Credentials.password("bob", "builder-secret"),
                        Credentials.password("alice", "looking-glass")));
    }
}

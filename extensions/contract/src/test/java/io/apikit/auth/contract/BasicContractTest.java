package io.apikit.auth.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import java.util.Base64;
import java.util.List;
import java.util.Map;

class BasicContractTest extends FixedModeContract {
    @Override
    protected BackendUnderTest start() {
        return new FixedBackend(
                Authenticator.basic(),
                Map.of(
                        "Basic " + base64("alice:wonderland"), "alice",
                        "Basic " + base64("bob:builder-secret"), "bob"),
                List.of(
                        Credentials.password("alice", "wonderland"),
                        Credentials.password("bob", "builder-secret"),
                        Credentials.password("alice", "looking-glass")));
    }

    private static String base64(String pair) {
        return Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }
}

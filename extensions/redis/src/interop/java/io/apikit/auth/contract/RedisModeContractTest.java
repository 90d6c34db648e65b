package io.apikit.auth.contract;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apikit.auth.Backend;
import io.apikit.redis.RedisLoginStore;
import io.apikit.redis.RedisReplica;
import io.apikit.testkit.redis.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the contract of every mode says of replicas, with a real Redis between them; and the whole contract of every mode.
 */
@Tag("interop")
class RedisModeContractTest {
    /** What many calls show together they show alone, too. */
    private static final int CALLS = 30;

    @TempDir
    private static Path folder = Path.of("");

    private static @Nullable RedisServer redis;
    private static @Nullable RedisLoginStore store;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(RedisServer.isInstalled(), RedisServer.MISSING);
        var secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        Files.write(key(), secret);
        var started = RedisServer.start();
        redis = started;
        // On a busy machine a command takes longer than in production, and replicas would go on alone.
        store = RedisReplica.patient(started.url()).build();
    }

    @AfterAll
    static void stop() {
        if (store != null && redis != null) {
            store.close();
            redis.close();
        }
    }

    private static Path key() {
        return folder.resolve("store.key");
    }

    /** Each test has a backend on a port of its own, and so a name of its own in the store. */
    private static void share(Backend.Builder backend) {
        backend.loginStore(Objects.requireNonNull(store)).storeKey(key());
    }

    static Stream<AuthModeContract<?>> modes() {
        return Stream.of(
                new BasicContractTest(),
                new BearerRelayContractTest(),
                new ClientCredentialsContractTest(),
                new FormLoginContractTest(),
                new OAuth2ProxyContractTest(),
                new TokenLoginContractTest());
    }

    @ParameterizedTest
    @MethodSource("modes")
    void whatReplicasShareHoldsForEachMode(AuthModeContract<?> mode) throws Exception {
        mode.replicasShare(RedisModeContractTest::share);
        // One mode gets passwords. With the first compiler alone, the slow hash of one takes 0.3 s of a core.
        if (!(mode instanceof TokenLoginContractTest || mode instanceof BearerRelayContractTest)) {
            mode.callersOfReplicasShowTokens();
        }
        mode.begin();
        try {
            if (mode instanceof RenewableModeContract renewable) {
                renewable.aLoginOfOneReplicaIsUsedByTheOthers();
            }
            mode.badCredentialsReachTheBackendOnceForAllReplicas();
        } finally {
            mode.end();
        }
    }

    @Nested
    class WholeBasic extends BasicContractTest {
        @Override
        protected void share(Backend.Builder backend) {
            RedisModeContractTest.share(backend);
        }
    }

    @Nested
    class WholeBearerRelay extends BearerRelayContractTest {
        @Override
        protected void share(Backend.Builder backend) {
            RedisModeContractTest.share(backend);
        }
    }

    @Nested
    class WholeClientCredentials extends ClientCredentialsContractTest {
        @Override
        protected void share(Backend.Builder backend) {
            RedisModeContractTest.share(backend);
        }

        @Override
        protected int calls() {
            return CALLS;
        }
    }

    @Nested
    class WholeFormLogin extends FormLoginContractTest {
        @Override
        protected void share(Backend.Builder backend) {
            RedisModeContractTest.share(backend);
        }

        @Override
        protected int calls() {
            return CALLS;
        }
    }

    @Nested
    class WholeOAuth2Proxy extends OAuth2ProxyContractTest {
        @Override
        protected void share(Backend.Builder backend) {
            RedisModeContractTest.share(backend);
        }

        @Override
        protected int calls() {
            return CALLS;
        }
    }

    @Nested
    class WholeTokenLogin extends TokenLoginContractTest {
        @Override
        protected void share(Backend.Builder backend) {
            RedisModeContractTest.share(backend);
        }

        @Override
        protected int calls() {
            return CALLS;
        }
    }
}

package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import io.apikit.custom.TokenMode;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The secret of a store that others can see, through the front door. */
class StoreKeyTest extends SessionTest {
    /** No slow hash is computed for tokens, which nobody can guess. */
    private static final Credentials ALICES_TOKEN = Credentials.bearer("alice");

    private static final Credentials BOBS_TOKEN = Credentials.bearer("bob");

    @TempDir
    private Path folder = Path.of("");

    private static final Duration LIFE = Duration.ofHours(1);

    /** Logs in with the password of the user whom a token is for. */
    private static final class ExchangeMode extends TokenMode {
        ExchangeMode() {
            super(LIFE);
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
            return super.logIn(credentials.equals(ALICES_TOKEN) ? ALICE : BOB, bare);
        }
    }

    private Path secret(String name) throws IOException {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Files.write(folder.resolve(name), bytes);
    }

    private Backend replica(LoginStore store, Path... files) {
        var builder = settings().auth(new ExchangeMode()).loginStore(store);
        for (var file : files) {
            builder.storeKey(file);
        }
        return opened(builder);
    }

    private static String get(Backend replica, Credentials credentials) {
        return replica.session(credentials).get("/whoami").orThrow().text();
    }

    /** The number of its lease under the new secret is greater than that of the record under the old one. */
    @Test
    void endedLoginUnderTheOldSecretIsReplacedOnce() throws IOException {
        var store = new FaultyLoginStore.Server(timing::nanoTime);
        var old = secret("old");
        var fresh = secret("new");
        var before = replica(store.link(), old);
        for (var i = 0; i < 3; i++) {
            get(before, ALICES_TOKEN);
            timing.pass(LIFE.plusSeconds(1));
        }

        get(replica(store.link(), fresh, old), ALICES_TOKEN);
        get(replica(store.link(), fresh, old), ALICES_TOKEN);

        assertThat(server.loginPosts()).isEqualTo(4);
    }

    /** In the middle of the change, some replicas have the new secret first, and some the old one. */
    @Test
    void changeOfTheSecretLogsNobodyIn() throws IOException {
        var store = new FaultyLoginStore.Server(timing::nanoTime);
        var old = secret("old");
        var fresh = secret("new");

        get(replica(store.link(), old), ALICES_TOKEN);
        var added = replica(store.link(), old, fresh);
        get(added, ALICES_TOKEN);
        var turned = replica(store.link(), fresh, old);
        get(turned, ALICES_TOKEN);
        assertThat(server.loginPosts()).isOne();

        server.expireAll();
        get(turned, ALICES_TOKEN);
        get(added, ALICES_TOKEN);
        get(replica(store.link(), fresh), ALICES_TOKEN);
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    /** The numbers of the records under two secrets say nothing about each other. */
    @Test
    void changeOfTheSecretForgetsNoRefusal() throws IOException {
        var store = new FaultyLoginStore.Server(timing::nanoTime);
        var old = secret("old");
        var fresh = secret("new");
        var mode = new RefusingMode();
        for (var i = 0; i < 3; i++) {
            var way = store.link();
            assertRefused(opened(mode.settings(settings(), way, old, fresh)));
            await(() -> way.commands(FaultyLoginStore.Command.WRITE) == 1);
            timing.pass(Duration.ofHours(20));
        }
        assertThat(mode.refusals).hasValue(3);

        assertRefused(opened(mode.settings(settings(), store.link(), fresh, old)));
        assertRefused(opened(mode.settings(settings(), store.link(), fresh, old)));
        assertRefused(opened(mode.settings(settings(), store.link(), old, fresh)));
        assertRefused(opened(mode.settings(settings(), store.link(), fresh)));
        assertThat(mode.refusals).hasValue(4);
    }

    private static void assertRefused(Backend replica) {
        assertFails(401, () -> get(replica, ALICES_TOKEN));
    }

    /** Refuses every token. */
    private static final class RefusingMode extends TokenMode {
        private final AtomicInteger refusals = new AtomicInteger();

        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
            refusals.incrementAndGet();
            throw new LoginRefused("No.");
        }

        private Backend.Builder settings(Backend.Builder from, LoginStore store, Path... files) {
            var builder = from.auth(this).loginStore(store);
            for (var file : files) {
                builder.storeKey(file);
            }
            return builder;
        }
    }

    @Test
    void anotherSecretSharesNothing() throws IOException {
        var store = new FaultyLoginStore.Server(timing::nanoTime);

        get(replica(store.link(), secret("one")), ALICES_TOKEN);
        get(replica(store.link(), secret("other")), ALICES_TOKEN);

        assertThat(server.loginPosts()).isEqualTo(2);
    }

    /** It finds no record of the others, and would not notice. */
    @Test
    void replicaWithAnotherSecretIsInTheLog() throws IOException {
        var store = new FaultyLoginStore.Server(timing::nanoTime);
        try (var log = LibraryLog.opened()) {
            replica(store.link(), secret("one"));
            var other = replica(store.link(), secret("other"));
            var patience = soon();
            get(other, BOBS_TOKEN);
            while (log.linesFrom(Level.WARN).isEmpty() && !patience.isExpired()) {
                Thread.onSpinWait();
            }
            assertThat(log.linesFrom(Level.WARN))
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("WARN A message of another replica of "
                                    + server.url().replace("http://", ""))
                            .endsWith(" does not open: have all replicas the same storeKey?"));
        }
    }

    /** In a rolling upgrade: the old replica keeps its logins for itself, and leaves those of the new one alone. */
    @Test
    void recordOfALaterVersionIsNeitherUsedNorReplaced() throws IOException {
        var store = new UpgradedStore();
        var file = secret("key");
        get(replica(store.ofTheNewVersion(), file), ALICES_TOKEN);
        var record = store.record();
        assertThat(record.format()).isGreaterThan(LoginRecord.FORMAT);
        var old = replica(store.link(), file);

        assertThat(get(old, ALICES_TOKEN)).isEqualTo("alice");
        server.expireAll();
        assertThat(get(old, ALICES_TOKEN)).isEqualTo("alice");

        assertThat(server.loginPosts()).isEqualTo(3);
        assertThat(store.record())
                .usingRecursiveComparison()
                .ignoringFields("age")
                .isEqualTo(record);
    }

    /** A store to which one replica of a later version writes. */
    private static final class UpgradedStore {
        private final LoginStore store = LoginStore.inMemory();
        private final CompletableFuture<LoginStore.Space> opened = new CompletableFuture<>();
        private final CompletableFuture<String> key = new CompletableFuture<>();

        LoginStore link() {
            return proxy(LoginStore.class, (method, arguments) -> method.invoke(store, arguments));
        }

        LoginStore ofTheNewVersion() {
            return proxy(LoginStore.class, (method, arguments) -> {
                var result = method.invoke(store, arguments);
                if (result instanceof LoginStore.Space space) {
                    opened.complete(space);
                    return upgraded(space);
                }
                return result;
            });
        }

        private LoginStore.Space upgraded(LoginStore.Space space) {
            return proxy(LoginStore.Space.class, (method, arguments) -> {
                if (method.getName().equals("write")) {
                    var own = (LoginStore.Stored) arguments[1];
                    key.complete((String) arguments[0]);
                    arguments[1] =
                            new LoginStore.Stored(own.format() + 1, own.number(), own.change(), own.value(), own.age());
                }
                return method.invoke(space, arguments);
            });
        }

        LoginStore.Stored record() {
            var written = key.orTimeout(10, TimeUnit.SECONDS).join();
            var patience = soon();
            var record = opened.join().read(written);
            while (record.isEmpty() && !patience.isExpired()) {
                Thread.onSpinWait();
                record = opened.join().read(written);
            }
            return record.orElseThrow();
        }
    }

    /** Who can write to the store gives every session the record of another one. */
    @Test
    void recordOfAnotherUserIsAMiss() throws IOException {
        var file = secret("key");
        var replica = replica(new MixedUpStore().store(), file);
        assertThat(get(replica, ALICES_TOKEN)).isEqualTo("alice");

        assertThat(get(replica, BOBS_TOKEN)).isEqualTo("bob");
        server.expireAll();
        assertThat(get(replica, ALICES_TOKEN)).isEqualTo("alice");
        assertThat(get(replica, BOBS_TOKEN)).isEqualTo("bob");
    }

    /** A store that reads, for each key, the record that was written last for another one. */
    private static final class MixedUpStore {
        private final LoginStore store = LoginStore.inMemory();
        private final Map<String, LoginStore.Stored> written = new ConcurrentHashMap<>();

        LoginStore store() {
            return proxy(LoginStore.class, (method, arguments) -> {
                var result = method.invoke(store, arguments);
                return result instanceof LoginStore.Space space ? mixedUp(space) : result;
            });
        }

        private LoginStore.Space mixedUp(LoginStore.Space space) {
            return proxy(LoginStore.Space.class, (method, arguments) -> {
                if (method.getName().equals("write")) {
                    written.put((String) arguments[0], (LoginStore.Stored) arguments[1]);
                }
                return method.getName().equals("read")
                        ? others((String) arguments[0])
                        : method.invoke(space, arguments);
            });
        }

        private Optional<LoginStore.Stored> others(String key) {
            return written.entrySet().stream()
                    .filter(record -> !record.getKey().equals(key))
                    .map(Map.Entry::getValue)
                    .findFirst();
        }
    }

    private interface Call {
        Object invoke(java.lang.reflect.Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return call.invoke(method, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Test
    void storeThatOthersCanSeeNeedsASecret() throws IOException {
        var store = new FaultyLoginStore.Server(timing::nanoTime).link();
        var password = Files.writeString(folder.resolve("password"), "swordfish\n");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> replica(store))
                .withMessageContaining("storeKey(Path)")
                .withMessageContaining("openssl rand -base64 32");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> replica(store, password))
                .withMessageContaining(password.toString())
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("swordfish"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> opened(settings().storeKey(password)))
                .withMessageContaining("loginStore(..)");
    }
}

package io.apikit.starter;

import static io.apikit.starter.StandardSetting.BACKEND_URL;
import static io.apikit.starter.StandardSetting.REPLICAS;
import static io.apikit.starter.StandardSetting.STORE_KEY_FILE;
import static io.apikit.starter.StandardSetting.STORE_URL;

import io.apikit.auth.Backend;
import io.apikit.auth.LoginStore;
import io.apikit.redis.RedisLoginStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the replicas of the service share: the store, its key, and their number. Immutable.
 *
 * @param keyFiles one file, or two while the key is changed: the first one seals, both open
 */
record StoreSettings(String url, List<Path> keyFiles, int replicas) {
    private static final Logger log = LoggerFactory.getLogger(StoreSettings.class);
    private static final int MOST_REPLICAS = 1_000;

    /**
     * Reads the settings. Sends nothing.
     *
     * @throws InvalidSettingException for the first setting that cannot be used
     */
    static Optional<StoreSettings> read(SettingValues values) {
        values.require(STORE_URL.name(), BACKEND_URL.name());
        values.require(STORE_URL.name(), STORE_KEY_FILE.name());
        values.require(STORE_KEY_FILE.name(), STORE_URL.name());
        values.require(REPLICAS.name(), STORE_URL.name());
        return values.find(STORE_URL).map(url -> {
            values.checked(STORE_URL.name(), () -> Redis.at(url)).close();
            var replicas = values.number(REPLICAS, 1, MOST_REPLICAS, "a number").orElse(1);
            return new StoreSettings(url, values.checked(STORE_KEY_FILE.name(), () -> keyFiles(values)), replicas);
        });
    }

    /** Reads each file once, so that an unusable one is reported at the start. */
    private static List<Path> keyFiles(SettingValues values) {
        var names = values.list(STORE_KEY_FILE);
        if (names.contains("")) {
            throw new IllegalArgumentException("has a comma with no file beside it");
        }
        var files = names.stream().map(Path::of).toList();
        var backend = Backend.at("http://localhost").loginStore(LoginStore.inMemory());
        files.forEach(backend::storeKey);
        backend.build().close();
        return files;
    }

    /** Opens the store, for all backends of the service. A store that cannot be reached does not delay the start. */
    Shared open() {
        var store = Redis.at(url);
        log.info("logins are shared with the other replicas ({} in all) through {}", replicas, store);
        return new Shared(this, store);
    }

    @Override
    public String toString() {
        return "StoreSettings[keyFiles=" + keyFiles + ", replicas=" + replicas + "]";
    }

    /** The open store. */
    record Shared(StoreSettings settings, LoginStore store) implements AutoCloseable {
        /** Adds the store to a backend that is not built yet. */
        Backend.Builder with(Backend.Builder backend) {
            settings.keyFiles.forEach(backend::storeKey);
            return backend.loginStore(store).replicas(settings.replicas);
        }

        @Override
        public void close() {
            store.close();
        }
    }

    /** Uses the optional artifact. The starter works without it, because nothing else names its classes. */
    private static final class Redis {
        private Redis() {}

        static LoginStore at(String url) {
            return RedisLoginStore.at(url);
        }
    }
}

package io.apikit.example;

import io.apikit.auth.Backend;
import io.apikit.auth.LoginStore;
import io.apikit.redis.RedisLoginStore;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
     * Reads the settings from the environment. Sends nothing.
     *
     * @throws InvalidSettingException for the first setting that cannot be used
     */
    static Optional<StoreSettings> from(Map<String, String> environment) {
        require(environment, Variable.STORE_URL, Variable.BACKEND_URL);
        require(environment, Variable.STORE_URL, Variable.STORE_KEY_FILE);
        require(environment, Variable.STORE_KEY_FILE, Variable.STORE_URL);
        require(environment, Variable.REPLICAS, Variable.STORE_URL);
        return Variable.STORE_URL.strippedIn(environment).map(url -> {
            checked(Variable.STORE_URL, () -> RedisLoginStore.at(url)).close();
            var replicas = replicas(Variable.REPLICAS.strippedIn(environment).orElse("1"));
            var files = Variable.STORE_KEY_FILE.strippedIn(environment).orElseThrow();
            return new StoreSettings(url, checked(Variable.STORE_KEY_FILE, () -> files(files)), replicas);
        });
    }

    private static void require(Map<String, String> environment, Variable variable, Variable other) {
        if (variable.in(environment).isPresent() && other.in(environment).isEmpty()) {
            throw new InvalidSettingException(variable, "is set, but " + other + " is not");
        }
    }

    /** Reads each file once, so that an unusable one is reported at the start. */
    private static List<Path> files(String list) {
        var names = Stream.of(list.split(",", -1)).map(String::strip).toList();
        if (names.contains("")) {
            throw new IllegalArgumentException("has a comma with no file beside it");
        }
        var files = names.stream().map(Path::of).toList();
        var backend = Backend.at("http://localhost").loginStore(LoginStore.inMemory());
        files.forEach(backend::storeKey);
        backend.build().close();
        return files;
    }

    private static int replicas(String text) {
        return Optional.of(text)
                .filter(digits -> digits.matches("[0-9]{1,4}"))
                .map(Integer::parseInt)
                .filter(number -> number >= 1 && number <= MOST_REPLICAS)
                .orElseThrow(() -> new InvalidSettingException(
                        Variable.REPLICAS, "must be a number from 1 to " + MOST_REPLICAS + ", not '" + text + "'"));
    }

    private static <T> T checked(Variable variable, Supplier<T> value) {
        try {
            return value.get();
        } catch (InvalidPathException ignored) {
            throw new InvalidSettingException(variable, "is not the name of a file");
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(variable, String.valueOf(e.getMessage()));
        }
    }

    /** Opens the store, for all backends of the service. A store that cannot be reached does not delay the start. */
    Shared open() {
        var store = RedisLoginStore.at(url);
        log.info("logins are shared with the other replicas ({} in all) through {}", replicas, store);
        return new Shared(this, store);
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
}

package io.apikit.auth;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the sessions of one backend share with those of other replicas. Thread-safe. */
final class SharedLogins {
    private SharedLogins() {}

    /** Settings to be changed. Not thread-safe. */
    static final class Settings {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
        private static final int MOST_REPLICAS = 1_000;

        private @Nullable LoginStore store;
        private final List<Path> keys = new ArrayList<>();
        private int replicas = 1;

        static String checkedName(String name) {
            if (!NAME.matcher(Objects.requireNonNull(name, "name")).matches()) {
                throw new IllegalArgumentException(
                        "name must be 1 to 64 letters, digits, '.', '_', '-' and ':', not \"" + name + "\"");
            }
            return name;
        }

        void store(LoginStore chosen) {
            store = Objects.requireNonNull(chosen, "store");
        }

        void key(Path file) {
            keys.add(Objects.requireNonNull(file, "file"));
        }

        void replicas(int number) {
            if (number < 1 || number > MOST_REPLICAS) {
                throw new IllegalArgumentException("replicas must be 1 to 1,000, not " + number);
            }
            replicas = number;
        }

        @Nullable
        LoginStore store() {
            return store;
        }

        List<Path> keys() {
            return keys;
        }

        int replicas() {
            return replicas;
        }
    }
}

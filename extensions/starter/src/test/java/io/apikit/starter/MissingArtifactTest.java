package io.apikit.starter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the starter without the artifacts that are optional. */
class MissingArtifactTest {
    private static final Map<String, String> BACKEND = Map.of("BACKEND_URL", "http://127.0.0.1:9");

    /** Loads the classes of this module anew, and none of the optional artifacts. */
    private static final class WithoutArtifacts extends ClassLoader {
        WithoutArtifacts() {
            super(MissingArtifactTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.matches("io\\.apikit\\.(redis|status|callers)\\..*")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("io.apikit.starter.")) {
                return super.loadClass(name, resolve);
            }
            var loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            var file = name.replace('.', '/') + ".class";
            try (var stream = getParent().getResourceAsStream(file)) {
                if (stream == null) {
                    throw new ClassNotFoundException(name);
                }
                var bytes = stream.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void serviceWorksWithoutThem() throws Throwable {
        assertThat(checkedWithoutArtifacts(BACKEND)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "STATUS, /status, , , apikit-status",
        "STORE_URL, redis://127.0.0.1, STORE_KEY_FILE, /f, apikit-redis",
        "CALLERS_KEYS_FILE, /f, , , apikit-callers",
        "CALLERS_ISSUER, https://issuer.example.org, CALLERS_AUDIENCE, me, apikit-callers",
    })
    void settingThatNeedsOneNamesIt(String setting, String value, String other, String otherValue, String artifact) {
        var settings = new HashMap<>(BACKEND);
        settings.put(setting, value);
        if (other != null) {
            settings.put(other, otherValue);
        }
        assertThatThrownBy(() -> checkedWithoutArtifacts(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        setting + ": needs the artifact io.apikit:" + artifact + ", which is not on the class path");
    }

    private static Object checkedWithoutArtifacts(Map<String, String> settings) throws Throwable {
        var services = new WithoutArtifacts().loadClass(TestServices.class.getName());
        var checked = services.getDeclaredMethod("checked", Map.class);
        checked.setAccessible(true);
        try {
            return checked.invoke(null, settings);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}

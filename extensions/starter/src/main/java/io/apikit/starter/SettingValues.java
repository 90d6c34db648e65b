package io.apikit.starter;

import io.javalin.config.Key;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The values of all settings, each with the source that it comes from. Immutable. */
final class SettingValues implements Settings {
    /** Where an app keeps them. */
    static final Key<Settings> KEY = new Key<>("apikit-settings");

    private final SettingTable table;
    private final Map<String, Value> values;

    SettingValues(SettingTable table, Map<String, Value> values) {
        this.table = table;
        this.values = Map.copyOf(values);
    }

    /**
     * A value as it is.
     *
     * @param origin words for the source. Empty: the code
     * @param mounted the mounted file that contains it
     */
    record Value(String text, String origin, Optional<Path> mounted) {
        @Override
        public String toString() {
            return "Value[from " + origin + "]";
        }
    }

    @Override
    public Optional<String> find(String name) {
        var setting = table.find(name)
                .orElseThrow(() -> new IllegalArgumentException("there is no setting with the name " + name));
        var text = raw(name).map(value -> setting.isSecret() ? value : value.strip());
        return text.or(setting::fallback);
    }

    /** Returns the value of a standard setting, or its default in code, without white space around it. */
    Optional<String> find(StandardSetting setting) {
        return find(setting.name()).map(String::strip);
    }

    /** Returns the value that is set, as it is. */
    Optional<String> raw(String name) {
        return Optional.ofNullable(values.get(name)).map(Value::text);
    }

    boolean isSet(String name) {
        return values.containsKey(name);
    }

    /** Returns the mounted file that contains the value. */
    Optional<Path> mounted(String name) {
        return Optional.ofNullable(values.get(name)).flatMap(Value::mounted);
    }

    /** Runs the checks of the author's own settings. */
    void check() {
        table.all()
                .forEach(setting -> find(setting.name())
                        .ifPresent(value -> checked(setting.name(), () -> {
                            setting.check(value);
                            return value;
                        })));
    }

    /** Requires that the second setting has a value if the first is set. */
    void require(String name, String other) {
        if (isSet(name) && find(other).isEmpty()) {
            throw invalid(name, "is set, but " + other + " is not");
        }
    }

    /** Returns what a check returns, and reports its exception as one about this setting. */
    <T> T checked(String name, Supplier<T> value) {
        try {
            return value.get();
        } catch (InvalidSettingException e) {
            throw e;
        } catch (InvalidPathException ignored) {
            throw invalid(name, "is not the name of a file");
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw invalid(name, String.valueOf(e.getMessage()));
        } catch (NoClassDefFoundError e) {
            throw invalid(name, MissingArtifact.problem(e));
        }
    }

    /** Returns the items of a list that is separated by commas. */
    List<String> list(StandardSetting setting) {
        return find(setting).stream()
                .flatMap(list -> Arrays.stream(list.split(",", -1)))
                .map(String::strip)
                .toList();
    }

    /** Returns a whole number. */
    Optional<Integer> number(StandardSetting setting, int least, int most, String what) {
        return find(setting)
                .map(text -> Optional.of(text)
                        .filter(digits -> digits.matches("[0-9]{1,5}"))
                        .map(Integer::parseInt)
                        .filter(number -> number >= least && number <= most)
                        .orElseThrow(() -> invalid(
                                setting.name(),
                                "must be " + what + " from " + least + " to " + most + ", not '" + text + "'")));
    }

    InvalidSettingException invalid(StandardSetting setting, String problem) {
        return invalid(setting.name(), problem);
    }

    /** Returns an exception that names the setting and its source. The value of a secret is left out of it. */
    InvalidSettingException invalid(String name, String problem) {
        var origin = Optional.ofNullable(values.get(name))
                .map(Value::origin)
                .filter(source -> !source.isEmpty())
                .map(source -> " (from " + source + ")")
                .orElse("");
        return new InvalidSettingException(name + ": " + withoutSecrets(problem) + origin);
    }

    /** Returns a text in which the value of each secret is masked. */
    String withoutSecrets(String text) {
        var masked = text;
        for (var setting : table.all().filter(Setting::isSecret).toList()) {
            var value = raw(setting.name()).map(String::strip).orElse("");
            masked = value.isEmpty() ? masked : masked.replace(value, "***");
        }
        return masked;
    }

    @Override
    public String toString() {
        return "Settings" + values;
    }
}

package io.apikit.starter;

import static io.apikit.starter.StandardSetting.CONFIG_FILE;
import static io.apikit.starter.StandardSetting.SECRETS_DIR;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.common.MapBackedConfigSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Reads the settings from all sources. The order of precedence is: arguments, environment, file, mounted secrets. SmallRye
 * Config gets these sources alone: it discovers none, and replaces no {@code ${..}} in a value, which may be a password.
 */
final class SettingSources {
    private static final String ENVIRONMENT = "the environment";
    private static final String ARGUMENT = "an argument";
    private static final String FOLDER = "the folder ";

    private final SettingTable table;
    private final SmallRyeConfigBuilder config = new SmallRyeConfigBuilder();
    private final Map<String, String> given = new HashMap<>();
    private final Map<String, String> origins = new HashMap<>();
    private final Map<String, Path> mounted = new HashMap<>();

    private SettingSources(SettingTable table) {
        this.table = table;
    }

    /**
     * Reads all sources of a process.
     *
     * @param arguments by the names of their settings
     * @throws InvalidSettingException if a source cannot be read
     */
    static SettingSources read(SettingTable table, Map<String, String> arguments, Map<String, String> environment) {
        var sources = new SettingSources(table);
        sources.add(ARGUMENT, 400, arguments);
        sources.add(ENVIRONMENT, 300, environment);
        sources.addNamed();
        return sources;
    }

    /** Reads settings that code has given, and the file and the folder that they name. */
    static SettingValues given(SettingTable table, Map<String, String> settings) {
        settings.keySet().stream().filter(name -> table.find(name).isEmpty()).forEach(name -> {
            throw new InvalidSettingException(name + ": there is no such setting");
        });
        var sources = new SettingSources(table);
        sources.add("", 300, settings);
        sources.addNamed();
        return sources.resolve();
    }

    private void addNamed() {
        path(CONFIG_FILE).ifPresent(file -> add("the file " + file, 200, file(file)));
        path(SECRETS_DIR).ifPresent(folder -> add(FOLDER + folder, 100, folder(folder)));
    }

    /**
     * Returns the values for the log, without SmallRye Config: it logs, and before Logback is configured its lines would go
     * to standard output.
     */
    Map<String, String> forLog() {
        return Map.copyOf(given);
    }

    /** Returns the values of all settings. */
    SettingValues resolve() {
        var resolved = config.build();
        var values = new HashMap<String, SettingValues.Value>();
        table.all().forEach(setting -> {
            var found = resolved.getConfigValue(setting.name());
            if (found.getValue() != null) {
                values.put(setting.name(), value(setting, found));
            }
        });
        return new SettingValues(table, values);
    }

    private SettingValues.Value value(Setting setting, ConfigValue found) {
        var origin = String.valueOf(found.getConfigSourceName());
        var file = Optional.ofNullable(mounted.get(setting.name())).filter(path -> origin.startsWith(FOLDER));
        return new SettingValues.Value(
                found.getValue(), origin.equals(ARGUMENT) ? "the argument " + setting.option() : origin, file);
    }

    /** Adds a source. Earlier ones have precedence. Blank values count as not set. */
    private void add(String origin, int ordinal, Map<String, String> source) {
        var values = new HashMap<String, String>();
        table.all()
                .map(Setting::name)
                .forEach(name -> Optional.ofNullable(source.get(name))
                        .filter(value -> !value.isBlank())
                        .ifPresent(value -> values.put(name, value)));
        values.forEach(given::putIfAbsent);
        values.keySet().forEach(name -> origins.putIfAbsent(name, origin));
        config.withSources(source(origin, ordinal, values));
    }

    private static ConfigSource source(String name, int ordinal, Map<String, String> values) {
        return new MapBackedConfigSource(name, values, ordinal) {
            private static final long serialVersionUID = 1L;
        };
    }

    private Optional<Path> path(StandardSetting setting) {
        return Optional.ofNullable(given.get(setting.name())).map(text -> {
            try {
                return Path.of(text.strip());
            } catch (InvalidPathException ignored) {
                throw invalid(setting, "is not the name of a file");
            }
        });
    }

    private Map<String, String> file(Path file) {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw invalid(CONFIG_FILE, file + ": " + reason(e));
        }
        var values = new HashMap<String, String>();
        properties.stringPropertyNames().forEach(key -> {
            var name = key.toUpperCase(Locale.ROOT).replaceAll("[-.]", "_");
            if (table.find(name).isEmpty() || name.equals(CONFIG_FILE.name())) {
                throw new InvalidSettingException(key + ": there is no such setting (from the file " + file + ")");
            }
            values.put(name, properties.getProperty(key));
        });
        return values;
    }

    private Map<String, String> folder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw invalid(SECRETS_DIR, folder + ": there is no such folder");
        }
        var values = new HashMap<String, String>();
        table.all()
                .forEach(setting -> Stream.of(setting.name(), setting.hyphenated())
                        .map(folder::resolve)
                        .filter(Files::isRegularFile)
                        .findFirst()
                        .ifPresent(file -> {
                            mounted.put(setting.name(), file);
                            values.put(setting.name(), content(setting, file));
                        }));
        return values;
    }

    private static String content(Setting setting, Path file) {
        try {
            return Files.readString(file).replaceFirst("\\R\\z", "");
        } catch (IOException e) {
            throw new InvalidSettingException(setting + ": " + file + ": " + reason(e));
        }
    }

    private static String reason(Exception e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        return e instanceof IOException ? "the file is not readable" : "it is no file of properties";
    }

    private InvalidSettingException invalid(StandardSetting setting, String problem) {
        return invalid(setting.name(), problem);
    }

    InvalidSettingException invalid(String name, String problem) {
        var origin = origins.getOrDefault(name, "");
        var source = origin.equals(ARGUMENT)
                ? "the argument " + table.find(name).map(Setting::option).orElse(name)
                : origin;
        return new InvalidSettingException(name + ": " + problem + (source.isEmpty() ? "" : " (from " + source + ")"));
    }
}

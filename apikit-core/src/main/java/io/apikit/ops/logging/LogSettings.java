package io.apikit.ops.logging;

import ch.qos.logback.classic.Level;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the environment says of the log, checked before anything is changed. */
record LogSettings(Level level, boolean isJson, LogDestination to) {
    private static final Map<String, Level> LEVELS = Map.of(
            "TRACE", Level.TRACE,
            "DEBUG", Level.DEBUG,
            "INFO", Level.INFO,
            "WARN", Level.WARN,
            "WARNING", Level.WARN,
            "ERROR", Level.ERROR,
            "CRITICAL", Level.ERROR);

    private static final Set<String> OFF = Set.of("0", "false", "no", "off");

    /** @throws IllegalArgumentException for the first variable that cannot be used, naming it */
    static LogSettings from(Map<String, String> environment) {
        var to = LogDestination.from(environment);
        return new LogSettings(level(environment), isJson(environment, to), to);
    }

    private static Level level(Map<String, String> environment) {
        var level = value(environment, "LOGLEVEL").map(LogSettings::level).orElse(Level.INFO);
        return isOn(environment, "DEBUG") && level.isGreaterOrEqual(Level.DEBUG) ? Level.DEBUG : level;
    }

    private static Level level(String name) {
        return Optional.ofNullable(LEVELS.get(name.toUpperCase(Locale.ROOT)))
                .orElseThrow(() -> refused(
                        "LOGLEVEL", "must be TRACE, DEBUG, INFO, WARNING, ERROR or CRITICAL, not '" + name + "'"));
    }

    private static boolean isJson(Map<String, String> environment, LogDestination to) {
        var format = value(environment, "LOG_FORMAT");
        return switch (format.map(name -> name.toLowerCase(Locale.ROOT)).orElse("")) {
            case "text" -> false;
            case "json" -> true;
            case "" -> to instanceof LogDestination.File;
            default -> throw refused("LOG_FORMAT", "must be text or json, not '" + format.orElse("") + "'");
        };
    }

    static boolean isOn(Map<String, String> environment, String variable) {
        return value(environment, variable)
                .filter(value -> !OFF.contains(value.toLowerCase(Locale.ROOT)))
                .isPresent();
    }

    static Optional<String> value(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable)).map(String::strip).filter(value -> !value.isEmpty());
    }

    static IllegalArgumentException refused(String variable, String problem) {
        return new IllegalArgumentException(variable + ": " + PrintableText.line(problem));
    }
}

package io.apikit.ops.logging;

import ch.qos.logback.classic.Level;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of the log, read from the environment and checked before Logback is changed.
 *
 * @param isJson whether the lines are JSON; text otherwise
 */
record LogSettings(Level level, boolean isJson, LogDestination destination) {
    private static final Map<String, Level> LEVELS = Map.of(
            "TRACE", Level.TRACE,
            "DEBUG", Level.DEBUG,
            "INFO", Level.INFO,
            "WARN", Level.WARN,
            "WARNING", Level.WARN,
            "ERROR", Level.ERROR,
            "CRITICAL", Level.ERROR);

    private static final Set<String> OFF = Set.of("0", "false", "no", "off");

    /**
     * @throws IllegalArgumentException for the first value that cannot be used; the message begins with its variable
     */
    static LogSettings from(Map<String, String> environment) {
        var destination = LogDestination.from(environment);
        return new LogSettings(level(environment), isJson(environment, destination), destination);
    }

    private static Level level(Map<String, String> environment) {
        var level = value(environment, "LOGLEVEL").map(LogSettings::level).orElse(Level.INFO);
        return isOn(environment, "DEBUG") && level.isGreaterOrEqual(Level.DEBUG) ? Level.DEBUG : level;
    }

    private static Level level(String name) {
        return Optional.ofNullable(LEVELS.get(name.toUpperCase(Locale.ROOT)))
                .orElseThrow(() -> invalid(
                        "LOGLEVEL", "must be TRACE, DEBUG, INFO, WARNING, ERROR or CRITICAL, not '" + name + "'"));
    }

    private static boolean isJson(Map<String, String> environment, LogDestination destination) {
        var format = value(environment, "LOG_FORMAT");
        return switch (format.map(name -> name.toLowerCase(Locale.ROOT)).orElse("")) {
            case "text" -> false;
            case "json" -> true;
            case "" -> destination instanceof LogDestination.File;
            default -> throw invalid("LOG_FORMAT", "must be text or json, not '" + format.orElse("") + "'");
        };
    }

    /** Returns whether a variable has another value than 0, false, no or off; false if it is unset or blank. */
    static boolean isOn(Map<String, String> environment, String variable) {
        return value(environment, variable)
                .filter(value -> !OFF.contains(value.toLowerCase(Locale.ROOT)))
                .isPresent();
    }

    /** Returns the value without surrounding white space; empty if the variable is unset or blank. */
    static Optional<String> value(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** Returns an exception whose message is one line, even if the problem quotes a line break. */
    static IllegalArgumentException invalid(String variable, String problem) {
        return new IllegalArgumentException(variable + ": " + PrintableText.line(problem));
    }
}

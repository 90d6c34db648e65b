package io.apikit.example;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the service logs in to its backend. */
enum Mode {
    NONE,
    BASIC,
    OAUTH2_PROXY;

    /** What this mode was called in older configurations of services of this kind. */
    private static final String OLD_OAUTH2_PROXY = "bitly-proxy";

    static Mode named(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return Stream.of(values())
                .filter(mode -> mode.toString().equals(lower.equals(OLD_OAUTH2_PROXY) ? "oauth2-proxy" : lower))
                .findFirst()
                .orElseThrow(() ->
                        new BadConfiguration(Variable.AUTH_MODE, "unknown mode '" + name + "'; there are " + known()));
    }

    private static String known() {
        return Stream.of(values()).map(Mode::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

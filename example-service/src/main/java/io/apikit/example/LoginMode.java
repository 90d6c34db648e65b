package io.apikit.example;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the service logs in to its backend. */
enum LoginMode {
    NONE,
    BASIC,
    OAUTH2_PROXY;

    /** The name of this mode in configurations of the Flask original. */
    private static final String OLD_OAUTH2_PROXY = "bitly-proxy";

    /** @throws InvalidSettingException if there is no mode of this name */
    static LoginMode named(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return Stream.of(values())
                .filter(mode -> mode.toString().equals(lower.equals(OLD_OAUTH2_PROXY) ? "oauth2-proxy" : lower))
                .findFirst()
                .orElseThrow(() -> new InvalidSettingException(
                        Variable.AUTH_MODE, "unknown mode '" + name + "'; there are " + known()));
    }

    private static String known() {
        return Stream.of(values()).map(LoginMode::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

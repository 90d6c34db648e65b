package io.apikit.starter;

import io.javalin.http.Context;
import java.util.Optional;

/** The values of a service's settings. Immutable and thread-safe. */
public interface Settings {
    /** Returns the settings of the service that serves this request. */
    static Settings of(Context ctx) {
        return ctx.appData(SettingValues.KEY);
    }

    /**
     * Returns the value, or the default, without white space around it. A secret is returned as it is.
     *
     * @param name of a standard setting or of one of the author's own
     * @return empty if it has neither
     * @throws IllegalArgumentException if there is no setting of this name
     */
    Optional<String> find(String name);

    /**
     * Returns the value, or the default.
     *
     * @throws IllegalArgumentException if there is no setting of this name, or it has neither; the message names it
     */
    default String get(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException(name + ": is not set"));
    }

    /**
     * Returns the value as a whole number.
     *
     * @throws IllegalArgumentException as {@link #get}, and if it is no such number
     */
    default int number(String name) {
        try {
            return Integer.parseInt(get(name));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + ": must be a whole number", e);
        }
    }
}

package io.apikit.http.internal.url;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a backend is called. Immutable.
 *
 * @param name in metrics: that of the author, otherwise host and port
 * @param shown in errors, which callers see: the author's name, otherwise the origin
 * @param logged in the log: the author's name and the origin
 */
public record BackendLabel(String name, String shown, String logged) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    /**
     * Returns the name that an author has chosen.
     *
     * @throws IllegalArgumentException for one that is not allowed
     */
    public static String checked(String name) {
        if (!NAME.matcher(Objects.requireNonNull(name, "name")).matches()) {
            throw new IllegalArgumentException(
                    "name must be 1 to 64 letters, digits, '.', '_', '-' and ':', not \"" + name + "\"");
        }
        return name;
    }

    /**
     * Returns what a backend is called.
     *
     * @param name the author's name for it; null for none
     */
    public static BackendLabel of(@Nullable String name, Origin origin) {
        return name == null
                ? new BackendLabel(origin.hostAndPort(), origin.toString(), origin.toString())
                : new BackendLabel(name, name, name + " (" + origin + ')');
    }

    /** Returns the name for errors. */
    @Override
    public String toString() {
        return shown;
    }
}

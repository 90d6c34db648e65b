package io.apikit.http.internal.url;

import org.jspecify.annotations.Nullable;

/**
 * How a backend is called. Immutable.
 *
 * @param name in metrics: that of the author, otherwise host and port
 * @param shown in errors, which callers see: the author's name, otherwise the origin
 * @param logged in the log: the author's name and the origin
 */
public record BackendLabel(String name, String shown, String logged) {
    /** @param name the author's; null for none */
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

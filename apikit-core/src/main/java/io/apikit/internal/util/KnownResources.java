package io.apikit.internal.util;

import io.javalin.http.Context;
import java.util.Set;
import java.util.function.BiConsumer;

/** The resources that an app was given, which it measures and closes: an attribute of its servlet context. */
public final class KnownResources {
    private static final String ATTRIBUTE = KnownResources.class.getName();

    private KnownResources() {}

    /**
     * Sets the attribute.
     *
     * @param known compared by identity; not changed any more
     */
    public static void announce(Set<Object> known, BiConsumer<String, Object> attributes) {
        attributes.accept(ATTRIBUTE, known);
    }

    /** Returns whether the app that serves this request lacks a resource; false for an app that is not the library's. */
    public static boolean lack(Context ctx, Object resource) {
        return ctx.req().getServletContext().getAttribute(ATTRIBUTE) instanceof Set<?> known
                && !known.contains(resource);
    }
}

package io.apikit.internal.util;

import io.javalin.json.JavalinJackson;
import io.javalin.json.JsonMapper;

/**
 * The mapper that reads and writes JSON unless the author gives another one: Javalin's, on Jackson, with Javalin's own
 * settings. Thread-safe.
 */
public final class DefaultJson {
    /** One instance for all: a mapper keeps what it has learned of the classes that it has met. */
    public static final JsonMapper MAPPER = new JavalinJackson(null, false);

    private DefaultJson() {}
}

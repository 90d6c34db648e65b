package io.apikit.ops;

import io.javalin.http.Context;
import java.util.Map;

/**
 * A page about the app for the people who run it, and the data of that page as JSON. {@link Operations#page} adds it to
 * an app. The page has no authentication: everybody who can reach the service can read it.
 *
 * <p>An implementation holds settings only, so that one object can serve several apps. The state that belongs to one app
 * is in its {@link Content}.
 */
public interface AppPage {
    /**
     * Returns the path of the page, such as {@code /status}. It must be literal, starts with a slash and does not depend
     * on the route prefixes. The data has the same path with {@code .json} appended.
     */
    String path();

    /**
     * Returns the content of this page for one app. Called once, by {@code ApiApp.Builder.build()}, before the app starts.
     *
     * @param app what the page can read of the app, at any time until {@link Content#close}
     */
    Content contentFor(AppView app);

    /** The page of one app. Must be threadsafe: requests for it run at the same time. */
    interface Content extends AutoCloseable {
        /** Called once, when the server starts, before the first request. Default: does nothing. */
        default void start() {}

        /**
         * Writes the response to {@code GET} and {@code HEAD}, usually HTML. {@code Cache-Control: no-store} is set already;
         * content type and all other headers are left to this method.
         */
        void respond(Context ctx);

        /**
         * Returns the fields of the JSON object that the page loads, for Jackson to write; a value may be null. Called for
         * each request for the data.
         */
        Map<String, ?> data();

        /** Called once, after the app has stopped or has failed to start. Default: does nothing. */
        @Override
        default void close() {}
    }
}

package io.apikit.ops;

import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.util.List;
import java.util.Map;

/**
 * A page about the app, the data of that page as JSON, and the files that it loads. {@link Operations#page} adds it to an
 * app. The page has no authentication: everybody who can reach the service can read it.
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

    /** Returns whether the page has data at a path of its own. Default: true. */
    default boolean hasData() {
        return true;
    }

    /**
     * Returns the paths of the files that the page loads. They are literal, start with a slash and do not depend on the
     * route prefixes. {@link Content#respondFile} serves them. Default: none.
     */
    default List<String> files() {
        return List.of();
    }

    /**
     * Returns whether the page is for the callers of the service. Such a page is on the service's port, also if the
     * operations have a port of their own ({@link Operations#port}). Default: false, a page for the people who run the
     * service.
     */
    default boolean isForCallers() {
        return false;
    }

    /**
     * Returns the content of this page for one app. Called once, by {@code ApiApp.Builder.build()}, before the app starts.
     *
     * @param app what the page can read of the app, at any time until {@link Content#close}
     */
    Content contentFor(AppView app);

    /** The page of one app. Must be threadsafe: requests for it run at the same time. */
    interface Content extends AutoCloseable {
        /**
         * Called once, when the server starts, before the first request. An exception keeps the app from starting. Default:
         * does nothing.
         */
        default void start() {}

        /**
         * Writes the response to {@code GET} and {@code HEAD}, usually HTML. {@code Cache-Control: no-store} is set already;
         * content type and all other headers are left to this method.
         */
        void respond(Context ctx);

        /**
         * Writes the response to {@code GET} and {@code HEAD} of one of the {@link AppPage#files}. The headers are as those of
         * {@link #respond}: a file that may be cached replaces {@code Cache-Control}. Default: 404.
         *
         * @param path the file's path, as the page has returned it
         */
        default void respondFile(Context ctx, String path) {
            throw new NotFoundResponse();
        }

        /**
         * Returns the fields of the JSON object that the page loads, for Jackson to write; a value may be null. Called for
         * each request for the data. Default: no fields.
         */
        default Map<String, ?> data() {
            return Map.of();
        }

        /** Called once, after the app has stopped or has failed to start. Default: does nothing. */
        @Override
        default void close() {}
    }
}

package io.apikit.starter;

import io.apikit.auth.BackendSession;
import io.javalin.http.Context;

/** Handles one request of a caller. It runs in many threads at the same time. */
@FunctionalInterface
public interface SessionHandler {
    /**
     * Handles a request.
     *
     * @param session the caller's own session at the backend
     * @throws Exception as a handler of Javalin's; the caller gets it as an error
     */
    void handle(BackendSession session, Context ctx) throws Exception;
}

package io.apikit.internal.util;

import io.javalin.http.Context;

/**
 * The request that a connection serves now. After a request, Jetty lets the same objects stand for the next one of the
 * connection: a context that is kept for too long would show the credentials of another caller.
 */
public interface CurrentRequest {
    /** The request attribute that has it, in an app whose server is the library's. */
    String ATTRIBUTE = CurrentRequest.class.getName();

    /** Returns whether a context was made for this request. */
    boolean isOf(Context ctx);

    /**
     * Returns whether a context is that of an earlier request.
     *
     * @throws NullPointerException for an earlier request with none after it: Jetty's own methods fail so
     */
    static boolean isOver(Context ctx) {
        return ctx.attribute(ATTRIBUTE) instanceof CurrentRequest current && !current.isOf(ctx);
    }
}

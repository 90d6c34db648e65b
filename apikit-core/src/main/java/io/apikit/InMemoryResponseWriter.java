package io.apikit;

import io.javalin.config.JavalinState;
import io.javalin.http.Header;
import io.javalin.http.servlet.JavalinServlet;
import io.javalin.http.servlet.JavalinServletContext;
import io.javalin.http.servlet.SubmitOrder;
import io.javalin.http.servlet.Task;
import io.javalin.http.servlet.TaskInitializer;
import java.io.ByteArrayInputStream;
import kotlin.Unit;
import kotlin.jvm.functions.Function2;

/**
 * Writes a response body that is in memory without a copy. Javalin would copy it through a new buffer of 32 KiB,
 * however small it is. A response that needs more (an entity tag, a request logger) is left to Javalin.
 */
record InMemoryResponseWriter(JavalinState state) implements TaskInitializer<JavalinServletContext> {
    /** Adds the last task of a request. */
    @Override
    public void createTasks(
            Function2<? super SubmitOrder, ? super Task, Unit> submit,
            JavalinServlet servlet,
            JavalinServletContext ctx,
            String path) {
        submit.invoke(SubmitOrder.LAST, new Task(false, () -> {
            write(ctx);
            return Unit.INSTANCE;
        }));
    }

    private void write(JavalinServletContext ctx) {
        if (ctx.resultInputStream() instanceof ByteArrayInputStream body
                && !needsJavalin(ctx)
                && !ctx.getResponseWritten().getAndSet(true)) {
            try {
                body.transferTo(ctx.outputStream());
            } catch (Throwable e) {
                // As Javalin does where it writes: a client that has disconnected is not an error.
                state.internalRouter.handleHttpUnexpectedThrowable(ctx.res(), e);
            }
        }
    }

    private boolean needsJavalin(JavalinServletContext ctx) {
        return state.http.generateEtags
                || !state.httpRequestLoggers.isEmpty()
                || ctx.res().containsHeader(Header.ETAG);
    }
}

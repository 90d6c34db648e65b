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
 * Writes an answer that is in memory as it is. Javalin would copy it through a buffer of 32 KiB, made anew for each
 * answer, however small. Where more is to be done with it (an entity tag, a request logger), it is left to Javalin.
 */
record InMemoryResponseWriter(JavalinState state) implements TaskInitializer<JavalinServletContext> {
    /** The last task of a request. */
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
        if (ctx.resultInputStream() instanceof ByteArrayInputStream whole
                && !wantsMore(ctx)
                && !ctx.getResponseWritten().getAndSet(true)) {
            try {
                whole.transferTo(ctx.outputStream());
            } catch (Throwable unsent) {
                // As Javalin does where it writes: a client that has gone is no error.
                state.internalRouter.handleHttpUnexpectedThrowable(ctx.res(), unsent);
            }
        }
    }

    private boolean wantsMore(JavalinServletContext ctx) {
        return state.http.generateEtags
                || !state.httpRequestLoggers.isEmpty()
                || ctx.res().containsHeader(Header.ETAG);
    }
}

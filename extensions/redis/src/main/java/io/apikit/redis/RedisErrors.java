package io.apikit.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisReadOnlyException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What an error of the library below means. */
final class RedisErrors {
    private static final int MOST_CAUSES = 8;

    private RedisErrors() {}

    /** Returns the error without what a future has wrapped around it. */
    static Throwable cause(Throwable e) {
        var cause = e;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Returns the first cause in one line. The errors around it repeat the address, and names of classes. */
    static String text(Throwable e) {
        var first = first(e);
        return first.getMessage() == null ? first.getClass().getSimpleName() : first.getMessage();
    }

    /** Returns what has caused an error at first. */
    static Throwable first(Throwable e) {
        var first = cause(e);
        for (var depth = 0; depth < MOST_CAUSES && first.getCause() != null; depth++) {
            first = first.getCause();
        }
        return first;
    }

    /** Returns whether Redis does not know a script: it has restarted, or another server has taken over. */
    static boolean isUnknownScript(Throwable e) {
        return cause(e) instanceof RedisNoScriptException;
    }

    /**
     * Returns whether the server is a replica, which cannot be written to: another one has taken over. An error within a
     * script has the code inside its text.
     */
    static boolean isReadOnly(Throwable e) {
        var cause = cause(e);
        return cause instanceof RedisReadOnlyException
                || (cause instanceof RedisCommandExecutionException
                        && String.valueOf(cause.getMessage()).contains("READONLY"));
    }

    /** Returns whether the server has responded, with an error. */
    static boolean isResponse(Throwable e) {
        return cause(e) instanceof RedisCommandExecutionException;
    }
}

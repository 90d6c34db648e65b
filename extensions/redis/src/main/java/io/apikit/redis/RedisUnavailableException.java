package io.apikit.redis;

import org.jspecify.annotations.Nullable;

/** A command was not carried out in time, or not at all, or Redis refused it. The text has the server and no secret. */
final class RedisUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RedisUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

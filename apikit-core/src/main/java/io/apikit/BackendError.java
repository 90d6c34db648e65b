package io.apikit;

import io.apikit.internal.util.HttpSyntax;
import io.apikit.internal.util.ReasonPhrase;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An error for the caller. Thrown anywhere below a handler, it becomes the JSON error shape {@code {"reason",
 * "status_code", "error_content"}}.
 *
 * <p>The caller sees the content as it is: put no secret into it. Immutable and thread-safe, as far as an exception can
 * be. {@link #initCause} may set a cause once, for the log only.
 */
public final class BackendError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int statusCode;
    private final String reason;
    private final @Nullable String content;
    private final transient Map<String, String> headers;

    /**
     * An error for the caller.
     *
     * @param statusCode the HTTP status of the response, 400 to 599
     * @param reason the reason phrase, one line
     * @param content further text for the caller, or null
     * @throws IllegalArgumentException for a status outside 400 to 599
     */
    public BackendError(int statusCode, String reason, @Nullable String content) {
        this(statusCode, reason, content, Map.of());
    }

    private BackendError(int statusCode, String reason, @Nullable String content, Map<String, String> headers) {
        super(statusCode + " " + reason + (content == null ? "" : ": " + content));
        if (statusCode < 400 || statusCode > 599) {
            throw new IllegalArgumentException("statusCode of a BackendError must be 400 to 599, not " + statusCode);
        }
        this.statusCode = statusCode;
        this.reason = Objects.requireNonNull(reason, "reason");
        this.content = content;
        this.headers = headers;
    }

    /**
     * Returns an error with the status's standard reason phrase (RFC 9110, section 15).
     *
     * @throws IllegalArgumentException for a status outside 400 to 599
     */
    public static BackendError of(int statusCode, @Nullable String content) {
        return new BackendError(statusCode, ReasonPhrase.of(statusCode), content);
    }

    /** Returns a 500, for a fault of the service itself. */
    public static BackendError internal(String content) {
        return of(500, content);
    }

    /** Returns the HTTP status of the response. */
    public int statusCode() {
        return statusCode;
    }

    /** Returns the reason phrase. */
    public String reason() {
        return reason;
    }

    /** Returns the further text for the caller. */
    public Optional<String> content() {
        return Optional.ofNullable(content);
    }

    /** Returns the headers that the response has in addition, such as {@code Retry-After}; unmodifiable. */
    public Map<String, String> headers() {
        return headers;
    }

    /**
     * Returns the same error with this header in the response. It replaces a header of the same name.
     *
     * @throws IllegalArgumentException for a name that is not a token, or a value with a control character (RFC 9110,
     *     section 5.5)
     */
    public BackendError withHeader(String name, String value) {
        if (!HttpSyntax.isToken(name) || !HttpSyntax.isFieldValue(value)) {
            var named = HttpSyntax.isToken(name) ? "the header " + name : "a header's name";
            throw new IllegalArgumentException(named + " of a BackendError has characters that HTTP does not allow");
        }
        var more = new LinkedHashMap<>(headers);
        more.keySet().removeIf(name::equalsIgnoreCase);
        more.put(name, value);
        return copy(this, content, Collections.unmodifiableMap(more));
    }

    /** Returns the same error with another content, for an error that the caller must not see as it is. */
    public BackendError withContent(@Nullable String content) {
        return copy(this, content, headers);
    }

    private static BackendError copy(BackendError error, @Nullable String content, Map<String, String> headers) {
        var copy = new BackendError(error.statusCode, error.reason, content, headers);
        if (error.getCause() != null) {
            copy.initCause(error.getCause());
        }
        copy.setStackTrace(error.getStackTrace());
        return copy;
    }
}

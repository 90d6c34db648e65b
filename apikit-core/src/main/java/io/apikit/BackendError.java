package io.apikit;

import io.apikit.internal.server.ErrorBody;
import io.apikit.internal.util.HttpSyntax;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An error on its way to the caller: thrown anywhere below a handler, it becomes the one JSON error shape
 * {@code {"reason", "status_code", "error_content"}}.
 *
 * <p>The content is shown to the caller as it is: put no secret into it. Immutable and threadsafe, as far as an
 * exception can be; {@link #initCause} may give it a cause once, for the log only.
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
     * @param statusCode the HTTP status of the answer, 400 to 599
     * @param reason the reason phrase, one line
     * @param content what the caller is told beyond it, or null
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

    /** An error with the status's standard reason phrase (RFC 9110, section 15). */
    public static BackendError of(int statusCode, @Nullable String content) {
        return new BackendError(statusCode, ErrorBody.reasonPhrase(statusCode), content);
    }

    /** A 500: the service itself is at fault. */
    public static BackendError internal(String content) {
        return of(500, content);
    }

    public int statusCode() {
        return statusCode;
    }

    public String reason() {
        return reason;
    }

    public Optional<String> content() {
        return Optional.ofNullable(content);
    }

    /** Headers the answer carries beside the body, such as {@code Retry-After}; unmodifiable. */
    public Map<String, String> headers() {
        return headers;
    }

    /**
     * The same error, with this header in the answer; a header of the same name is replaced.
     *
     * @throws IllegalArgumentException for a name that is no token, or a value with a control character (RFC 9110,
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
        return like(this, content, Collections.unmodifiableMap(more));
    }

    /** The same error with another content, for one that must not be shown as it is. */
    public BackendError withContent(@Nullable String content) {
        return like(this, content, headers);
    }

    private static BackendError like(BackendError error, @Nullable String content, Map<String, String> headers) {
        var copy = new BackendError(error.statusCode, error.reason, content, headers);
        if (error.getCause() != null) {
            copy.initCause(error.getCause());
        }
        copy.setStackTrace(error.getStackTrace());
        return copy;
    }
}

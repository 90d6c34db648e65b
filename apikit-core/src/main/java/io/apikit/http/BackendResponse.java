package io.apikit.http;

import io.apikit.BackendError;
import io.apikit.internal.util.DefaultJson;
import io.apikit.internal.util.HttpSyntax;
import io.apikit.internal.util.JsonMismatch;
import io.apikit.internal.util.ReasonPhrase;
import io.javalin.json.JsonMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A whole response of the backend, decompressed if it was compressed. Immutable and thread-safe; {@code toString} shows
 * the status only.
 *
 * <p>Of a response that is relayed as a stream, only the authentication mode sees a {@code BackendResponse}. Its body
 * is a preview of at most 64 KiB, which must be read by the calling thread.
 */
public final class BackendResponse {
    private final StatusLine statusLine;
    private final Headers headers;
    private final Supplier<byte[]> body;
    private final JsonMapper mapper;
    private final List<UnaryOperator<BackendError>> refinements;

    /** Whether the body is that of an error, and is read by way of {@link #toError()} only. */
    private final boolean isErrorOnly;

    private BackendResponse(
            StatusLine statusLine,
            Headers headers,
            Supplier<byte[]> body,
            JsonMapper mapper,
            List<UnaryOperator<BackendError>> refinements,
            boolean isErrorOnly) {
        this.statusLine = statusLine;
        this.headers = headers;
        this.body = body;
        this.mapper = mapper;
        this.refinements = refinements;
        this.isErrorOnly = isErrorOnly;
    }

    /**
     * Returns a response, for transports and tests of one's own. The bytes are copied; the reason is the standard one.
     *
     * @throws IllegalArgumentException for a status outside 100 to 999
     */
    public static BackendResponse of(int status, Map<String, List<String>> headers, byte[] body) {
        return received(status, null, headers, body.clone());
    }

    /**
     * Returns a response as it was received. The bytes are not copied, so they must not be changed any more.
     *
     * @param reason the reason phrase; null or blank for the standard one
     * @throws IllegalArgumentException for a status outside 100 to 999
     */
    public static BackendResponse received(
            int status, @Nullable String reason, Map<String, List<String>> headers, byte[] body) {
        return open(status, reason, headers, new WholeBody(body));
    }

    /**
     * Returns a response whose body is read each time it is needed.
     *
     * @param reason the reason phrase; null or blank for the standard one
     * @param body returns the bytes, which must not be changed any more
     * @throws IllegalArgumentException for a status outside 100 to 999
     */
    public static BackendResponse open(
            int status, @Nullable String reason, Map<String, List<String>> headers, Supplier<byte[]> body) {
        var fields = Headers.received(headers);
        return new BackendResponse(new StatusLine(status, reason), fields, body, DefaultJson.MAPPER, List.of(), false);
    }

    /** Returns the status code: 100 to 999. */
    public int status() {
        return statusLine.status();
    }

    /** Returns the reason phrase that the backend sent, or the standard one of the status if it sent none. */
    public String reason() {
        return statusLine.reason();
    }

    /** Returns the first header of this name, which is compared without regard to case. */
    public Optional<String> header(String name) {
        return headers.first(name);
    }

    /** Returns all headers; a name is found in any case. The map is unmodifiable. */
    public Map<String, List<String>> headers() {
        return headers.asMap();
    }

    /**
     * Returns a copy of the body, a new one each time. {@link #text()} and {@link #json(Class)} do not copy it.
     *
     * @throws BackendError {@link #toError()}, for an error whose content may not be read ({@link #throwingErrors()})
     */
    public byte[] bytes() {
        return readable().clone();
    }

    /**
     * Returns the body as text. It is decoded by the charset that {@code Content-Type} declares, else as UTF-8, else as
     * ISO-8859-1 if it is not valid UTF-8. A byte order mark is dropped.
     *
     * @throws BackendError {@link #toError()}, for an error whose content may not be read ({@link #throwingErrors()})
     */
    public String text() {
        return decoded(readable());
    }

    /** Returns the body as text, also that of an error. */
    String errorText() {
        return decoded(body.get());
    }

    private String decoded(byte[] bytes) {
        return ResponseText.of(bytes, header("Content-Type").orElse(""));
    }

    private byte[] readable() {
        if (isErrorOnly) {
            throw toError();
        }
        return body.get();
    }

    /**
     * Returns the body, read as JSON by the mapper of the session that received it. The default mapper ignores fields
     * that the type does not have, and a missing one is null, zero or false. A mapper that the author gave has its own
     * rules.
     *
     * @throws BackendError 502 if the body is not valid JSON for this type, or is JSON's null. The log then has the JSON
     *     path and the type expected there, and nothing of the body. {@link #toError()}, for an
     *     error whose content may not be read ({@link #throwingErrors()})
     */
    public <T> T json(Class<T> type) {
        var text = text();
        T value = null;
        Exception failure = null;
        try {
            value = mapper.fromJsonString(text, type);
        } catch (Exception e) {
            // A Kotlin mapper throws checked exceptions undeclared. Its message quotes the payload, so it is no cause.
            failure = e;
        }
        if (value == null) {
            JsonMismatch.of(failure, text, type)
                    .log(status(), header("Content-Type").orElse(""));
            throw BackendError.of(502, "The backend's response is no valid JSON of the kind expected");
        }
        return value;
    }

    /** Returns this response, with its JSON read by this mapper. */
    public BackendResponse json(JsonMapper mapper) {
        return new BackendResponse(statusLine, headers, body, mapper, refinements, isErrorOnly);
    }

    /**
     * Returns this response, with its content protected if the status is 400 or above. {@link #text()},
     * {@link #json(Class)} and {@link #bytes()} then throw {@link #toError()}; all else is as before. A session returns
     * its responses so, unless the request says {@link BackendRequest#allowErrors()}.
     */
    public BackendResponse throwingErrors() {
        return status() < 400 ? this : new BackendResponse(statusLine, headers, body, mapper, refinements, true);
    }

    /**
     * Returns how long a 429 or 503 asks the client to wait: its {@code Retry-After}, in seconds or as a date in the
     * future (RFC 9110, section 10.2.3). Where there is none, its {@code RateLimit-Reset} or {@code X-RateLimit-Reset}
     * counts, in seconds, or since 1970. The duration is not bounded. Empty for any other status.
     */
    public Optional<Duration> retryAfter() {
        return RetryAfter.of(this, Instant.now());
    }

    /** Returns whether the status is 200 to 299. */
    public boolean isSuccess() {
        return statusLine.isSuccess();
    }

    /**
     * Returns this response if it {@link #isSuccess()}.
     *
     * @throws BackendError {@link #toError()}, for any other status
     */
    public BackendResponse orThrow() {
        if (isSuccess()) {
            return this;
        }
        throw toError();
    }

    /**
     * Returns an error with the status, the reason and the text of this response. The text is cut after 8 KiB, and
     * there is none of a binary body. A 429 or 503 keeps its {@code Retry-After}, or gets one from {@link
     * #retryAfter()}. A status outside 400 to 599 becomes a 502 that names it. The functions given to {@link #onError}
     * are then applied, in the order in which they were given.
     */
    public BackendError toError() {
        return refined(ResponseErrors.of(this));
    }

    /**
     * Returns a 502 for a response whose content says that something failed, whatever its status. Its content is
     * {@code whatFailed} and then the response's text, cut and refined as in {@link #toError()}.
     */
    public BackendError toError(String whatFailed) {
        return refined(ResponseErrors.of(whatFailed, this));
    }

    private BackendError refined(BackendError raw) {
        var error = raw;
        for (var refine : refinements) {
            error = refine.apply(error);
        }
        return ResponseErrors.cut(error);
    }

    /**
     * Returns this response; its errors then pass through this function, for masking, another status or a challenge.
     */
    public BackendResponse onError(UnaryOperator<BackendError> refine) {
        return new BackendResponse(statusLine, headers, body, mapper, with(refine), isErrorOnly);
    }

    private List<UnaryOperator<BackendError>> with(UnaryOperator<BackendError> refine) {
        if (refinements.isEmpty()) {
            return List.of(refine);
        }
        var more = new ArrayList<>(refinements);
        more.add(refine);
        return List.copyOf(more);
    }

    /**
     * Returns whether the whole body has been received. That of a response that is relayed as a stream is a preview, which
     * may still have to be read from the backend: {@link #text()}, {@link #json(Class)}, {@link #bytes()} and
     * {@link #isEmpty()} then wait for it.
     */
    public boolean isWhole() {
        return body instanceof WholeBody;
    }

    /** Returns whether the body has no bytes. */
    public boolean isEmpty() {
        return body.get().length == 0;
    }

    @Override
    public String toString() {
        return "BackendResponse[" + status() + ']';
    }

    /** A body that has been received. */
    private static final class WholeBody implements Supplier<byte[]> {
        private final byte[] bytes;

        private WholeBody(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public byte[] get() {
            return bytes;
        }
    }

    /** A status and its reason phrase, the standard one where none is given (RFC 9110, section 15). */
    record StatusLine(int status, String reason) {
        StatusLine(int status, @Nullable String reason) {
            if (status < 100 || status > 999) {
                throw new IllegalArgumentException("status of a response must be 100 to 999, not " + status);
            }
            this.status = status;
            // The parser lets control characters pass; a log or an error must not contain them.
            this.reason = reason == null || reason.isBlank()
                    ? ReasonPhrase.of(status)
                    : HttpSyntax.withoutAsciiControl(reason);
        }

        boolean isSuccess() {
            return status >= 200 && status < 300;
        }
    }
}

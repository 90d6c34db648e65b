package io.apikit.http;

import io.apikit.BackendError;
import io.apikit.internal.util.HttpSyntax;
import io.javalin.http.HttpStatus;
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
 * The backend's whole answer, decoded where it came compressed. Immutable and threadsafe; {@code toString} shows the
 * status only. Of an answer that is passed on, which only its mode sees, the body is the first 64 KiB, and is for the
 * thread that judges it.
 */
public final class BackendResponse {
    private final StatusLine statusLine;
    private final Headers headers;
    private final Supplier<byte[]> body;
    private final JsonMapper mapper;
    private final List<UnaryOperator<BackendError>> refinements;

    private BackendResponse(
            StatusLine statusLine,
            Headers headers,
            Supplier<byte[]> body,
            JsonMapper mapper,
            List<UnaryOperator<BackendError>> refinements) {
        this.statusLine = statusLine;
        this.headers = headers;
        this.body = body;
        this.mapper = mapper;
        this.refinements = refinements;
    }

    /**
     * A response made by hand: for transports and tests of one's own.
     *
     * @throws IllegalArgumentException for a status outside 100 to 999
     */
    public static BackendResponse of(int status, Map<String, List<String>> headers, byte[] body) {
        return received(status, null, Headers.of(headers), body.clone());
    }

    /** A response from the wire; the bytes are handed over. */
    public static BackendResponse received(int status, @Nullable String reason, Headers headers, byte[] body) {
        return open(status, reason, headers, () -> body);
    }

    /** A response whose body is read when it is asked for. */
    public static BackendResponse open(int status, @Nullable String reason, Headers headers, Supplier<byte[]> body) {
        return new BackendResponse(new StatusLine(status, reason), headers, body, RequestBody.JSON, List.of());
    }

    public int status() {
        return statusLine.status();
    }

    /** The reason phrase as the backend sent it, else the standard one of the status. */
    public String reason() {
        return statusLine.reason();
    }

    /** The first header of this name, in any case. */
    public Optional<String> header(String name) {
        return headers.first(name);
    }

    /** All headers, found by name in any case; not to be changed. */
    public Map<String, List<String>> headers() {
        return headers.asMap();
    }

    /** The body: a copy each time, so ask once; {@link #text()} and {@link #json(Class)} make none. */
    public byte[] bytes() {
        return body.get().clone();
    }

    /**
     * The body as text: by the charset its {@code Content-Type} declares, else UTF-8, else ISO-8859-1 where it is no
     * UTF-8. A byte order mark is dropped.
     */
    public String text() {
        return ResponseText.of(body.get(), header("Content-Type").orElse(""));
    }

    /**
     * The body read as JSON, by the mapper of the session it came through.
     *
     * @throws BackendError 502 if it is no JSON for that type, or is JSON's null
     */
    public <T> T json(Class<T> type) {
        T value = null;
        try {
            value = mapper.fromJsonString(text(), type);
        } catch (Exception e) {
            // A Kotlin mapper throws what it does not declare; its message quotes the payload, so it is no cause here.
        }
        if (value == null) {
            throw BackendError.of(502, "The backend's answer is no valid JSON of the kind expected");
        }
        return value;
    }

    /** The same response, its JSON read by this mapper. */
    public BackendResponse json(JsonMapper mapper) {
        return new BackendResponse(statusLine, headers, body, mapper, refinements);
    }

    /**
     * How long a 429 or 503 asks to be left alone: its {@code Retry-After}, in seconds or as a date to come (RFC 9110,
     * section 10.2.3). Not bounded; empty with any other status.
     */
    public Optional<Duration> retryAfter() {
        return RetryAfter.appliesTo(status())
                ? header("Retry-After").flatMap(value -> RetryAfter.delay(value, Instant.now()))
                : Optional.empty();
    }

    /** Whether the status is 200 to 299. */
    public boolean isSuccess() {
        return statusLine.isSuccess();
    }

    /** This response, or {@link #toError()} thrown unless {@link #isSuccess()}. */
    public BackendResponse orThrow() {
        if (isSuccess()) {
            return this;
        }
        throw toError();
    }

    /**
     * The error that passes this answer on: its status, its reason, and its text (8 KiB of it at most; none of a binary
     * body), with {@code Retry-After} from a 429 or 503. A status that is no error, or none at all, becomes a 502 that
     * names it. What {@link #onError} was given then refines it, in that order.
     */
    public BackendError toError() {
        return refined(ResponseErrors.of(this));
    }

    /**
     * The 502 of an answer that says of itself, whatever its status, that something failed: tells what did, and then the
     * answer's text, cut and refined as in {@link #toError()}.
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

    /** The same response; what toError gives passes through this (masking, status, challenge). */
    public BackendResponse onError(UnaryOperator<BackendError> refine) {
        return new BackendResponse(statusLine, headers, body, mapper, with(refine));
    }

    private List<UnaryOperator<BackendError>> with(UnaryOperator<BackendError> refine) {
        if (refinements.isEmpty()) {
            return List.of(refine);
        }
        var more = new ArrayList<>(refinements);
        more.add(refine);
        return List.copyOf(more);
    }

    public boolean isEmpty() {
        return body.get().length == 0;
    }

    @Override
    public String toString() {
        return "BackendResponse[" + status() + ']';
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
                    ? standardReason(status)
                    : HttpSyntax.withoutAsciiControl(reason);
        }

        boolean isSuccess() {
            return status >= 200 && status < 300;
        }

        private static String standardReason(int status) {
            var standard = HttpStatus.forStatus(status);
            return standard == HttpStatus.UNKNOWN ? "Status " + status : standard.getMessage();
        }
    }
}

package io.apikit.http;

import io.apikit.http.internal.url.RequestTarget;
import io.javalin.http.Context;
import io.javalin.json.JsonMapper;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request to the backend. Immutable and thread-safe: every method returns a copy, so a request can be kept and sent
 * again.
 *
 * <pre>{@code
 * BackendRequest.get("/job/{}/api/json", name).query("depth", 1)
 * }</pre>
 *
 * <p>The path is relative to the backend's base URL and cannot leave it. Each <code>{}</code> in it takes one segment,
 * which is percent-encoded whole. The rest is taken literally and may contain a query: leading slashes become one, a
 * valid {@code %XX} is kept, and characters that are illegal there are encoded, {@code #} too.
 *
 * <p>Usually a bad path is a caller's input, so a {@link io.apikit.BackendError} 400 is thrown for it:
 *
 * <ul>
 *   <li>for an empty segment, and for a control character;
 *   <li>for {@code .} and {@code ..} between slashes or backslashes, in a segment's value too, whatever follows a
 *       {@code ;}. They are found in the text and after each of three rounds of percent-decoding, and need not leave the
 *       base URL;
 *   <li>for what a fourth round of percent-decoding changes;
 *   <li>for a <code>{}</code> if no value is given. Text with braces that is appended must contain {@code %7B%7D} instead.
 * </ul>
 *
 * <p>A value such as {@code a/b} is one segment, {@code a%2Fb}. An {@link IllegalArgumentException} is thrown if values are
 * given, and not as many as <code>{}</code>. If there are too few, it is a 400 for the caller. {@code toString} shows the method and the path only.
 *
 * <p>A {@link Transport} of one's own reads what it has to send from {@link #method()}, {@link #target()},
 * {@link #headers()} and {@link #body()}.
 */
public final class BackendRequest {
    /** RFC 9110, sections 13.1 and 14.2. */
    private static final List<String> CONDITIONS =
            List.of("Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since");

    private final String method;
    private final RequestTarget target;
    private final Headers headers;
    private final @Nullable RequestBody body;
    private final RequestOptions options;

    private BackendRequest(
            String method, RequestTarget target, Headers headers, @Nullable RequestBody body, RequestOptions options) {
        this.method = method;
        this.target = target;
        this.headers = headers;
        this.body = body;
        this.options = options;
    }

    private static BackendRequest of(String method, String path, Object... segments) {
        return new BackendRequest(method, RequestTarget.of(path, segments), Headers.NONE, null, RequestOptions.NONE);
    }

    /** Returns a GET request for this path, with one segment for each <code>{}</code> in it. */
    public static BackendRequest get(String path, Object... segments) {
        return of("GET", path, segments);
    }

    /** Returns a HEAD request for this path, with one segment for each <code>{}</code> in it. */
    public static BackendRequest head(String path, Object... segments) {
        return of("HEAD", path, segments);
    }

    /** Returns a POST request for this path, with one segment for each <code>{}</code> in it. */
    public static BackendRequest post(String path, Object... segments) {
        return of("POST", path, segments);
    }

    /** Returns a PUT request for this path, with one segment for each <code>{}</code> in it. */
    public static BackendRequest put(String path, Object... segments) {
        return of("PUT", path, segments);
    }

    /** Returns a PATCH request for this path, with one segment for each <code>{}</code> in it. */
    public static BackendRequest patch(String path, Object... segments) {
        return of("PATCH", path, segments);
    }

    /** Returns a DELETE request for this path, with one segment for each <code>{}</code> in it. */
    public static BackendRequest delete(String path, Object... segments) {
        return of("DELETE", path, segments);
    }

    /**
     * Returns this request with one more query parameter. Name and value are percent-encoded, a space as {@code %20}. A
     * name may be repeated.
     */
    public BackendRequest query(String name, Object value) {
        return new BackendRequest(method, target.withQuery(name, value), headers, body, options);
    }

    /**
     * Returns this request with one more header; one of the same name stays. A {@code Content-Type} that is given here
     * is sent in place of the body's own. A {@code Cookie} is joined to the cookies of the session, if that has some; of two
     * with one name, the session's is sent.
     *
     * @throws io.apikit.BackendError 400, naming the header and not the value, for a name that is no token (RFC 9110,
     *     section 5.6.2) or a value with a control character or one beyond ISO-8859-1
     * @throws IllegalArgumentException for a header that frames the message, such as {@code Content-Length}
     */
    public BackendRequest header(String name, String value) {
        Headers.requireSendable(name, value);
        return withHeaders(headers.with(name, value));
    }

    /**
     * Returns this request with an object for its body, which is written as JSON when it is sent. A string is taken for
     * JSON already.
     */
    public BackendRequest json(Object value) {
        return withBody(new JsonBody(Objects.requireNonNull(value, "json")));
    }

    /** Returns this request with form fields for its body: {@code application/x-www-form-urlencoded}, in UTF-8. */
    public BackendRequest form(Map<String, ?> fields) {
        return withBody(BytesBody.form(fields));
    }

    /** Returns this request with a copy of these bytes for its body. */
    public BackendRequest body(byte[] bytes, String contentType) {
        Headers.requireSendable("Content-Type", contentType);
        return withBody(new BytesBody(bytes.clone(), contentType));
    }

    /**
     * Returns this request with a file for its body. The file is read from the disk each time the request is sent, and
     * is never held in memory whole. Its length is taken now: sending a file that has another length by then throws a
     * {@link io.apikit.BackendError} 500.
     *
     * @throws IllegalArgumentException if the file cannot be read, naming it
     */
    public BackendRequest body(Path file, String contentType) {
        return withBody(FileBody.of(file, contentType));
    }

    /**
     * Returns this request with a stream for its body, such as a caller's upload. The stream is sent as it is read,
     * without a length, and is not closed. It can be sent once only, so the request is never retried. If its login
     * turns out to have expired, a {@link io.apikit.BackendError} 502 is thrown, and the login is renewed for the next
     * request. If the login is about to expire, the request waits for its renewal, at most the
     * {@link HttpOptions#connectTimeout()} of its backend.
     */
    public BackendRequest body(InputStream once, String contentType) {
        return withBody(StreamBody.of(once, -1, contentType));
    }

    /**
     * Returns this request with a stream of a known length for its body, such as a caller's upload that announced one:
     *
     * <pre>{@code
     * request.body(ctx.bodyInputStream(), ctx.req().getContentLengthLong(), "application/zip")
     * }</pre>
     *
     * <p>The length is sent as {@code Content-Length} (RFC 9110, section 8.6). In all else the body is like that of
     * {@link #body(InputStream, String)}. If the stream turns out to be shorter or longer, a
     * {@link io.apikit.BackendError} 400 says so, and the connection is closed before the backend has a whole request.
     *
     * @param length in bytes; -1 if it is not known, and then none is sent
     * @throws IllegalArgumentException for a length below -1
     */
    public BackendRequest body(InputStream once, long length, String contentType) {
        return withBody(StreamBody.of(once, length, contentType));
    }

    /**
     * Returns this request with a form of these parts for its body: {@code multipart/form-data} (RFC 7578). Files are
     * read from the disk each time the request is sent.
     *
     * <pre>{@code
     * BackendRequest.post("/compute/jobs/upload").multipart(Part.file("file", script), Part.field("account", "a1"))
     * }</pre>
     */
    public BackendRequest multipart(Part... parts) {
        return withBody(MultipartBody.of(parts));
    }

    /**
     * Returns this request with the conditions of a caller's request: its {@code Range}, {@code If-Range},
     * {@code If-Match}, {@code If-None-Match}, {@code If-Modified-Since} and {@code If-Unmodified-Since}, those that it
     * has. For responses that are relayed to the caller with their validators, such as 206 and 304.
     */
    public BackendRequest conditionsOf(Context caller) {
        var conditional = this;
        for (var name : CONDITIONS) {
            for (var value : Collections.list(caller.req().getHeaders(name))) {
                conditional = conditional.header(name, value);
            }
        }
        return conditional;
    }

    /**
     * Returns this request with a limit for its total time: attempts, sleeps and logins together. Default: the
     * {@link HttpOptions#totalTimeout()} of its backend, for each attempt.
     *
     * @throws IllegalArgumentException unless it is positive
     */
    public BackendRequest timeout(Duration total) {
        return withOptions(options.timeout(total));
    }

    /**
     * Returns this request with a limit for the silence of the backend: before the head of its response, and between two
     * reads of the body. Default: the {@link HttpOptions#responseTimeout()} of its backend, before the head, and between
     * two reads of a response that is relayed as a stream. It may be longer or shorter than that.
     *
     * <p>The total time bounds it: that of the request or, where none was set, that of the backend. A response relayed as a
     * stream is bounded by that until its head has come only, unless the total time was set for the request or by its
     * caller. So a stream of events may be silent for a minute:
     *
     * <pre>{@code
     * backend.session(ctx).stream(BackendRequest.get("/events").idleTimeout(Duration.ofMinutes(2)), ctx);
     * }</pre>
     *
     * <p>A silence that lasts too long is a {@link io.apikit.BackendError} 504. A limit shorter than the backend's own says
     * nothing against the backend: it is neither retried nor counted by the circuit breaker.
     *
     * @throws IllegalArgumentException unless it is 1 ms to 1 day
     */
    public BackendRequest idleTimeout(Duration silence) {
        return withOptions(options.idleTimeout(silence));
    }

    /**
     * Returns this request, declared to be repeatable or not. Default: by its method (RFC 9110, section 9.2.2): GET,
     * HEAD, PUT and DELETE are.
     */
    public BackendRequest idempotent(boolean idempotent) {
        return withOptions(options.idempotent(idempotent));
    }

    /**
     * Returns this request, for a handler that reads the content of errors itself. Without it,
     * {@link BackendResponse#text()}, {@link BackendResponse#json(Class)} and {@link BackendResponse#bytes()} of a
     * response of 400 and above throw {@link BackendResponse#toError()}. Only a session's own requests
     * need it: what a mode or a poll receives never throws.
     */
    public BackendRequest allowErrors() {
        return withOptions(options.allowErrors());
    }

    /** Returns the method, in capitals. */
    public String method() {
        return method;
    }

    /** Returns the encoded path without the query, relative to the backend's base URL; it begins with one slash. */
    public String path() {
        return target.path();
    }

    /** Returns the encoded path and query, relative to the backend's base URL. */
    public String target() {
        return target.toString();
    }

    /** Returns the first header of this name, which is compared without regard to case. */
    public Optional<String> header(String name) {
        return headers.first(name);
    }

    /** Returns the limit for the total time that the author gave this request, if any. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(options.timeout());
    }

    /** Returns the limit for the silence of the backend that the author gave this request, if any. */
    public Optional<Duration> idleTimeout() {
        return Optional.ofNullable(options.idleTimeout());
    }

    /** Returns whether this request may be sent again after a failure that may have come after its execution. */
    public boolean isIdempotent() {
        return options.isIdempotent(method);
    }

    /**
     * Returns whether this request may be sent again after a time-out, when nobody knows whether it was carried out. A
     * DELETE may not, unless it was declared {@link #idempotent(boolean)}: where the first one was carried out, the second
     * one finds nothing to delete. Every other idempotent request may.
     */
    public boolean isRepeatableAfterTimeout() {
        return options.isRepeatableAfterTimeout(method);
    }

    /** Returns whether the content of a response of 400 and above may be read: whether {@link #allowErrors()} was said. */
    public boolean allowsErrors() {
        return options.allowsErrors();
    }

    /** Returns whether the body, if any, can be sent again, byte for byte. */
    public boolean isReplayable() {
        return body == null || body.isReplayable();
    }

    /** Returns the deadline of this request, if any; it wins over {@link #timeout()}. */
    public Optional<Deadline> deadline() {
        return Optional.ofNullable(options.deadline());
    }

    /** Returns this request with a deadline: a moment by which all its attempts, sleeps and logins must have ended. */
    public BackendRequest deadline(Deadline deadline) {
        return withOptions(options.deadline(deadline));
    }

    /**
     * Returns this request with an object attached, for the transports that it passes. The object is not sent. It
     * replaces an earlier one of the same class.
     */
    public BackendRequest attached(Object value) {
        return withOptions(options.attached(value));
    }

    /** Returns the object of this class that is attached to this request, if there is one. */
    public <T> Optional<T> attachment(Class<T> type) {
        return Optional.ofNullable(options.attachment(type));
    }

    /** Returns this request with these headers, each in place of all of the same name. */
    public BackendRequest replaceHeaders(Headers replacements) {
        return withHeaders(headers.replacedBy(replacements));
    }

    /**
     * Returns this request with its JSON body, if it has one, written by this mapper: every attempt sends the same
     * bytes. Where no mapper is given, Javalin's default one on Jackson is used.
     */
    public BackendRequest encoded(JsonMapper mapper) {
        return body instanceof JsonBody json ? withBody(json.encoded(mapper)) : this;
    }

    /** Returns the headers that the author and the login gave this request; a transport adds those of the message. */
    public Headers headers() {
        return headers;
    }

    /** Returns the body, if there is one. */
    public Optional<RequestBody> body() {
        return Optional.ofNullable(body);
    }

    private BackendRequest withHeaders(Headers others) {
        return new BackendRequest(method, target, others, body, options);
    }

    private BackendRequest withBody(RequestBody other) {
        return new BackendRequest(method, target, headers, other, options);
    }

    private BackendRequest withOptions(RequestOptions others) {
        return new BackendRequest(method, target, headers, body, others);
    }

    @Override
    public String toString() {
        return method + ' ' + target.path();
    }
}

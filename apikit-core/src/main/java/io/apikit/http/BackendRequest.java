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
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A request to the backend. Immutable and threadsafe: every method gives a copy, so one may be kept and sent again.
 *
 * <pre>{@code
 * BackendRequest.get("/job/{}/api/json", name).query("depth", 1)
 * }</pre>
 *
 * <p>The path is relative to the backend's base and cannot leave it. Each <code>{}</code> takes one segment,
 * percent-encoded whole. The rest is taken literally and may carry a query: leading slashes become one, a valid
 * {@code %XX} is kept, characters that are illegal there are encoded, {@code #} too. A segment that is empty, {@code .}
 * or {@code ..}, a dot segment in the path however it is spelled, and a control character are a
 * {@link io.apikit.BackendError} 400, since they are a caller's input as a rule; a number of segments other than that
 * of the <code>{}</code> is an {@link IllegalArgumentException}. {@code toString} shows method and path only.
 */
public final class BackendRequest {
    /** RFC 9110, section 9.2.2, among the methods there are here. */
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "PUT", "DELETE");

    /** RFC 9110, sections 13.1 and 14.2. */
    private static final List<String> CONDITIONS =
            List.of("Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since");

    private final String method;
    private final RequestTarget target;
    private final Headers headers;
    private final @Nullable RequestBody body;
    private final RequestOptions terms;

    private BackendRequest(
            String method, RequestTarget target, Headers headers, @Nullable RequestBody body, RequestOptions terms) {
        this.method = method;
        this.target = target;
        this.headers = headers;
        this.body = body;
        this.terms = terms;
    }

    private static BackendRequest of(String method, String path, Object... segments) {
        return new BackendRequest(method, RequestTarget.of(path, segments), Headers.NONE, null, RequestOptions.NONE);
    }

    public static BackendRequest get(String path, Object... segments) {
        return of("GET", path, segments);
    }

    public static BackendRequest head(String path, Object... segments) {
        return of("HEAD", path, segments);
    }

    public static BackendRequest post(String path, Object... segments) {
        return of("POST", path, segments);
    }

    public static BackendRequest put(String path, Object... segments) {
        return of("PUT", path, segments);
    }

    public static BackendRequest patch(String path, Object... segments) {
        return of("PATCH", path, segments);
    }

    public static BackendRequest delete(String path, Object... segments) {
        return of("DELETE", path, segments);
    }

    /** The same request with one more query parameter, encoded (a space as {@code %20}); the same name may be repeated. */
    public BackendRequest query(String name, Object value) {
        return new BackendRequest(method, target.and(name, value), headers, body, terms);
    }

    /**
     * The same request with one more header; one of the same name stays. A {@code Content-Type} given here wins over the
     * body's own.
     *
     * @throws io.apikit.BackendError 400, naming the header and not the value, for a name that is no token (RFC 9110,
     *     section 5.6.2) or a value with a control character or one beyond ISO-8859-1
     * @throws IllegalArgumentException for a header that frames the message, such as {@code Content-Length}
     */
    public BackendRequest header(String name, String value) {
        Headers.requireSendable(name, value);
        return withHeaders(headers.and(name, value));
    }

    /** The same request with an object for its body, written as JSON when it is sent; a string counts as JSON already. */
    public BackendRequest json(Object value) {
        return withBody(new RequestBody.Json(Objects.requireNonNull(value, "json")));
    }

    /** The same request with form fields for its body: {@code application/x-www-form-urlencoded}, in UTF-8. */
    public BackendRequest form(Map<String, ?> fields) {
        return withBody(RequestBody.form(fields));
    }

    /** The same request with these bytes, copied, for its body. */
    public BackendRequest body(byte[] bytes, String contentType) {
        Headers.requireSendable("Content-Type", contentType);
        return withBody(new RequestBody.Bytes(bytes.clone(), contentType));
    }

    /**
     * The same request with a file for its body, read from its disk each time it is sent, and never whole. Its length is
     * taken now: a file that has another one when it is sent is a {@link io.apikit.BackendError} 500.
     *
     * @throws IllegalArgumentException if it cannot be read, naming it
     */
    public BackendRequest body(Path file, String contentType) {
        return withBody(FileBody.of(file, contentType));
    }

    /**
     * The same request with a stream for its body, such as a caller's upload: sent as it is read, without a length. It
     * is not closed here. It can be sent once only: the request is never retried, and one that meets an expired login is
     * a {@link io.apikit.BackendError} 502, though the login is renewed for the next.
     */
    public BackendRequest body(InputStream once, String contentType) {
        Headers.requireSendable("Content-Type", contentType);
        return withBody(new StreamBody(once, contentType));
    }

    /**
     * The same request with a form of these parts for its body: {@code multipart/form-data} (RFC 7578). Files are read
     * from their disk each time it is sent.
     *
     * <pre>{@code
     * BackendRequest.post("/compute/jobs/upload").multipart(Part.file("file", script), Part.field("account", "a1"))
     * }</pre>
     */
    public BackendRequest multipart(Part... parts) {
        return withBody(MultipartBody.of(parts));
    }

    /**
     * The same request on the conditions of a caller's: its {@code Range}, {@code If-Range}, {@code If-Match},
     * {@code If-None-Match}, {@code If-Modified-Since} and {@code If-Unmodified-Since}, as far as it has them. For
     * answers that are passed on with their validators, so 206 and 304 too.
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
     * The same request with a total time for it: attempts, sleeps and logins together. Default: the
     * {@link HttpOptions#totalTimeout()} of its backend, for each attempt.
     */
    public BackendRequest timeout(Duration total) {
        return withTerms(terms.timeout(total));
    }

    /** The same request, said to be repeatable or not. Default: by its method (RFC 9110, section 9.2.2). */
    public BackendRequest idempotent(boolean idempotent) {
        return withTerms(terms.idempotent(idempotent));
    }

    /** The method, in capitals. */
    public String method() {
        return method;
    }

    /** The encoded path, without the query, relative to the backend's base. */
    public String path() {
        return target.path();
    }

    /** The encoded path and query. */
    public String target() {
        return target.toString();
    }

    /** The first header of this name. */
    public Optional<String> header(String name) {
        return headers.first(name);
    }

    /** The total time the author gave this request, if any. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(terms.timeout());
    }

    /** Whether it may be sent again after an ambiguous failure. */
    public boolean isIdempotent() {
        var said = terms.idempotent();
        return said == null ? IDEMPOTENT.contains(method) : said;
    }

    /** Whether its body, if any, can be sent again, byte for byte. */
    public boolean isReplayable() {
        return !(body instanceof RequestBody.Ready ready) || ready.isReplayable();
    }

    /** The deadline it was stamped with, if any; it wins over {@link #timeout()}. */
    public Optional<Deadline> deadline() {
        return Optional.ofNullable(terms.deadline());
    }

    /** The same request, to be over by this deadline. */
    public BackendRequest by(Deadline deadline) {
        return withTerms(terms.by(deadline));
    }

    /**
     * Returns a request that carries an object, for the transports that it passes. It is not sent. It takes the place of
     * an earlier one of the same class.
     */
    public BackendRequest attached(Object value) {
        return withTerms(terms.attached(value));
    }

    /** Returns the object of this class that travels with the request, if there is one. */
    public <T> Optional<T> attachment(Class<T> type) {
        return Optional.ofNullable(terms.attachment(type));
    }

    /** The same request with these headers, each in place of any of the same name; checked as {@link #header} does. */
    public BackendRequest signed(Map<String, String> signature) {
        return signing(signature).apply(this);
    }

    /** What {@link #signed} does with these headers, for any number of requests: they are checked once, now. */
    public static UnaryOperator<BackendRequest> signing(Map<String, String> signature) {
        signature.forEach(Headers::requireSendable);
        var fields = Headers.NONE;
        for (var field : signature.entrySet()) {
            fields = fields.without(field.getKey()).and(field.getKey(), field.getValue());
        }
        var checked = fields;
        return request -> request.withHeaders(request.headers.replacedBy(checked));
    }

    /** The same request with a JSON body made into bytes, once, so that every replay sends the same ones. */
    public BackendRequest encoded(JsonMapper mapper) {
        return body instanceof RequestBody.Json json ? withBody(json.encoded(mapper)) : this;
    }

    public Headers headers() {
        return headers;
    }

    public Optional<RequestBody.Ready> body() {
        return Optional.ofNullable(body).map(content -> content.encoded(RequestBody.JSON));
    }

    private BackendRequest withHeaders(Headers others) {
        return new BackendRequest(method, target, others, body, terms);
    }

    private BackendRequest withBody(RequestBody other) {
        return new BackendRequest(method, target, headers, other, terms);
    }

    private BackendRequest withTerms(RequestOptions others) {
        return new BackendRequest(method, target, headers, body, others);
    }

    @Override
    public String toString() {
        return method + ' ' + target.path();
    }
}

package io.apikit.auth;

import io.apikit.auth.internal.logins.RenewalSigns;
import io.apikit.auth.internal.token.LogOutRequest;
import io.apikit.auth.internal.token.LoginRequest;
import io.apikit.auth.internal.token.ResponseTemplate;
import io.apikit.auth.internal.token.TokenTemplate;
import io.apikit.http.BackendResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The options of a {@link Authenticator#tokenLogin token login}. Not thread-safe; read once, when the mode is made.
 *
 * <pre>{@code
 * Authenticator.tokenLogin(login -> login.post("/login")
 *         .credentialsAsBasic()
 *         .sign("X-API-KEY", "{token}"))
 * }</pre>
 */
public final class TokenLoginOptions {
    private String path = "/login";
    private LoginRequest.Encoding encoding = LoginRequest.Encoding.BASIC;
    private String usernameField = "";
    private String passwordField = "";
    private final Map<String, Object> constants = new LinkedHashMap<>();
    private @Nullable TokenTemplate template;
    private @Nullable Duration lifetime;
    private @Nullable LogOutRequest logOut;
    private RenewalSigns signs = RenewalSigns.UNAUTHORIZED;

    TokenLoginOptions() {}

    /**
     * Sets the path of the login, relative to the backend's base URL. <code>{username}</code> in it stands for the user
     * name, as one segment. Default: {@code /login}.
     */
    public TokenLoginOptions post(String path) {
        this.path = Objects.requireNonNull(path, "path");
        return this;
    }

    /** Sends the credentials as {@code Authorization: Basic} (RFC 7617), with the login only. The default. */
    public TokenLoginOptions credentialsAsBasic() {
        encoding = LoginRequest.Encoding.BASIC;
        return this;
    }

    /**
     * Sends the credentials as a form of these two fields.
     *
     * @throws IllegalArgumentException if a field has no name
     */
    public TokenLoginOptions credentialsAsForm(String usernameField, String passwordField) {
        return fields(LoginRequest.Encoding.FORM, usernameField, passwordField);
    }

    /**
     * Sends the credentials as a JSON object of these two fields. A name with dots is a nested field, as in
     * {@code credentialsAsJson("auth.user.name", "auth.user.password")}. Names that are 0, 1, 2 and so on are the places of
     * an array.
     *
     * @throws IllegalArgumentException if a field has no name
     */
    public TokenLoginOptions credentialsAsJson(String usernameField, String passwordField) {
        return fields(LoginRequest.Encoding.JSON, usernameField, passwordField);
    }

    private TokenLoginOptions fields(LoginRequest.Encoding chosen, String username, String password) {
        usernameField = named("username", username);
        passwordField = named("password", password);
        encoding = chosen;
        return this;
    }

    /**
     * Adds a field that each login sends besides the credentials: to their form or JSON, and as a form beside Basic
     * credentials. In JSON a name with dots is a nested field, as in {@code field("auth.identity.methods.0", "password")}.
     * Repeatable; the last one of a name counts. Default: none.
     *
     * <p>If the name contains {@code secret}, {@code passw}, {@code token}, {@code key} or {@code credential}, the value is
     * masked in errors.
     *
     * @param value a text, a number or a boolean
     * @throws IllegalArgumentException if the field has no name, or the value is of another type
     */
    public TokenLoginOptions field(String name, Object value) {
        if (!(value instanceof String || value instanceof Number || value instanceof Boolean)) {
            throw new IllegalArgumentException(
                    "the field " + name + " of a token login must be a text, a number or a boolean");
        }
        constants.put(named("constant", name), value);
        return this;
    }

    /**
     * Sets the header that signs a request. Its value has values of the login's response in braces, for example
     * {@code sign("X-API-KEY", "{token}")}. Repeatable, for one header each; the last one of a name counts. Default:
     * {@code Authorization: Bearer {access_token}}.
     *
     * <p>A response of 200 to 299 that has all of them is a login, whatever else it contains:
     *
     * <ul>
     *   <li><code>{token}</code>: a field of the JSON response
     *   <li><code>{data.token}</code>, <code>{items.0.token}</code>: a nested field. A field whose own name has the dot is
     *       preferred
     *   <li><code>{header:X-Auth-Token}</code>: a header of the response
     *   <li><code>{cookie:SESSION}</code>: a cookie that the response sets
     *   <li><code>{text}</code>: the whole body, if it is a JSON string or a plain text without spaces, of at most 16 KiB.
     *       HTML is none. In a JSON object it is the field {@code text}
     * </ul>
     *
     * @throws IllegalArgumentException if the header has no name, or the template takes nothing of a response, or has
     *     something else in braces
     */
    public TokenLoginOptions sign(String header, String template) {
        var added = new TokenTemplate(header, template);
        this.template = this.template == null ? added : this.template.and(added);
        return this;
    }

    /**
     * Sets how long a token lives if the response does not say it, in {@code expires_in}, {@code lease_duration} or
     * {@code expires_at} beside the token, and the token is no JWT with an {@code exp} (RFC 7519). Default: unknown, so it is
     * renewed when it is rejected.
     *
     * @throws IllegalArgumentException if the lifetime is not positive
     */
    public TokenLoginOptions lifetime(Duration lifetime) {
        if (lifetime.isNegative() || lifetime.isZero()) {
            throw new IllegalArgumentException("lifetime must be positive, not " + lifetime);
        }
        this.lifetime = lifetime;
        return this;
    }

    /**
     * Sets the statuses that mean an expired token. Default: 401. They must also mean that nothing was done: after them a
     * request is sent again, a POST too. Only after 201 to 299 it is not.
     *
     * @throws IllegalArgumentException if one is not 100 to 599
     */
    public TokenLoginOptions renewOn(int... statuses) {
        signs = signs.renewOn(statuses);
        return this;
    }

    /**
     * Sets what else shows an expired token, besides the statuses of {@link #renewOn}: a 200 that says so in its body, for
     * example. Default: nothing. The request may have been carried out: one that is not idempotent is not sent again, its
     * response goes to the caller, and the next request logs in. See {@link #meansNothingDone()}.
     *
     * <p>The predicate is called by many threads, with each response that no status has decided. It must be thread-safe and
     * quick. If it throws an exception, the caller gets a 502 that names this option. So look at the {@code Content-Type}
     * before {@link BackendResponse#json(Class)}.
     *
     * <p>It sees errors too. Of a response that is relayed as a stream it sees the first 64 KiB of an error, and of any other
     * only a body with a {@code Content-Length} of at most 64 KiB. For a longer one, or one of unknown length, it is not
     * called.
     */
    public TokenLoginOptions renewWhen(Predicate<BackendResponse> expired) {
        signs = signs.renewWhen(expired);
        return this;
    }

    /**
     * Says that a request was not carried out if {@link #renewWhen} holds for its response. It is then sent again, a POST
     * too. Only after 201 to 299 it is not. Default: unknown.
     */
    public TokenLoginOptions meansNothingDone() {
        signs = signs.meansNothingDone();
        return this;
    }

    /**
     * Sets the request that ends a session at the backend: {@code logout("DELETE", "/sessions/{id}")}. It is signed with the
     * token, and sent after the token was replaced and when the session ends ({@link Authenticator#logOut}). Default: none.
     *
     * <p>The path takes values of the login's response in braces, as {@link #sign} does, each as one segment. A login whose
     * response lacks one is used all the same; its log-out fails. A status below 400, and 401, 404 or 410, means that the
     * session is over.
     *
     * @param method GET, POST, PUT or DELETE
     * @throws IllegalArgumentException for another method, or a path that cannot be sent
     */
    public TokenLoginOptions logout(String method, String path) {
        logOut = new LogOutRequest(method, new ResponseTemplate(path));
        return this;
    }

    /** @throws IllegalArgumentException if the options do not make a request */
    LoginRequest request() {
        return new LoginRequest(path, encoding, usernameField, passwordField, constants).checked();
    }

    TokenTemplate template() {
        return template == null ? new TokenTemplate("Authorization", "Bearer {access_token}") : template;
    }

    @Nullable
    Duration lifetime() {
        return lifetime;
    }

    @Nullable
    LogOutRequest logOut() {
        return logOut;
    }

    RenewalSigns signs() {
        return signs;
    }

    private static String named(String what, String field) {
        if (field.isBlank()) {
            throw new IllegalArgumentException("the " + what + " field of a token login must have a name");
        }
        return field;
    }
}

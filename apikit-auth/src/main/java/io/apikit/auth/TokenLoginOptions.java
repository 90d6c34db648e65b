package io.apikit.auth;

import io.apikit.auth.Credentials.Password;
import io.apikit.auth.internal.logins.RenewalSigns;
import io.apikit.auth.internal.token.TokenTemplate;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.internal.util.AuthorizationHeader;
import java.time.Duration;
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
    private CredentialsForm form = CredentialsForm.basic();
    private TokenTemplate template = new TokenTemplate("Authorization", "Bearer {access_token}");
    private @Nullable Duration lifetime;
    private RenewalSigns signs = RenewalSigns.UNAUTHORIZED;

    TokenLoginOptions() {}

    /** Sets the path of the login, relative to the backend's base URL. Default: {@code /login}. */
    public TokenLoginOptions post(String path) {
        this.path = Objects.requireNonNull(path, "path");
        return this;
    }

    /** Sends the credentials as {@code Authorization: Basic} (RFC 7617), with the login only. The default. */
    public TokenLoginOptions credentialsAsBasic() {
        form = CredentialsForm.basic();
        return this;
    }

    /**
     * Sends the credentials as a form of these two fields.
     *
     * @throws IllegalArgumentException if a field has no name
     */
    public TokenLoginOptions credentialsAsForm(String usernameField, String passwordField) {
        form = CredentialsForm.form(named("username", usernameField), named("password", passwordField));
        return this;
    }

    /**
     * Sends the credentials as a JSON object of these two fields.
     *
     * @throws IllegalArgumentException if a field has no name
     */
    public TokenLoginOptions credentialsAsJson(String usernameField, String passwordField) {
        form = CredentialsForm.json(named("username", usernameField), named("password", passwordField));
        return this;
    }

    /**
     * Sets the header that signs a request. Its value has fields of the login's JSON response in braces, for example
     * {@code sign("X-API-KEY", "{token}")}. Default: {@code Authorization: Bearer {access_token}}.
     *
     * @throws IllegalArgumentException if the header has no name, or the template names no field
     */
    public TokenLoginOptions sign(String header, String template) {
        this.template = new TokenTemplate(header, template);
        return this;
    }

    /**
     * Sets how long a token lives if the response has no {@code expires_in} and the token is no JWT with an {@code exp}
     * (RFC 7519). Default: unknown, so it is renewed when it is rejected.
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

    String path() {
        return path;
    }

    CredentialsForm form() {
        return form;
    }

    TokenTemplate template() {
        return template;
    }

    @Nullable
    Duration lifetime() {
        return lifetime;
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

    /** Adds a user name and a password to a login request. */
    @FunctionalInterface
    interface CredentialsForm {
        BackendRequest addTo(BackendRequest login, Password own);

        static CredentialsForm basic() {
            return (login, own) -> login.header(
                    "Authorization", AuthorizationHeader.basic(own.username(), own.password(), own.charset()));
        }

        static CredentialsForm form(String username, String password) {
            return (login, own) -> login.form(Map.of(username, own.username(), password, own.password()));
        }

        static CredentialsForm json(String username, String password) {
            return (login, own) -> login.json(Map.of(username, own.username(), password, own.password()));
        }
    }
}

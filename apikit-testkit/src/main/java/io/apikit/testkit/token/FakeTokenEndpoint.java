package io.apikit.testkit.token;

import io.apikit.testkit.internal.FakeTokenServer;
import io.apikit.testkit.internal.IssuedTokens;
import io.apikit.testkit.internal.LoginOutage;
import io.apikit.testkit.internal.TestAccounts;
import io.javalin.config.JavalinConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A fake of an OAuth 2.0 token endpoint for client credentials (RFC 6749, section 4.4), as Keycloak has one. It serves
 * HTTP on 127.0.0.1 and a free port. A <em>login</em> is a request for a token, a <em>user</em> is a client.
 *
 * <p>It accepts {@code client_secret_post} and {@code client_secret_basic}. An unknown client and a disabled one get
 * the same response, 401 {@code invalid_client}. A wrong secret gets 401 {@code unauthorized_client}. None of them has
 * a challenge.
 *
 * <p>Its tokens are JWTs, unless {@link #opaqueTokens} is set. A fake API calls {@link #client} to find the client of a
 * token.
 *
 * <p>Thread-safe. The clock and the status of a refusal are fixed; everything else can be changed while the server
 * runs. Its threads are daemon threads. It keeps secrets in plain text.
 */
public final class FakeTokenEndpoint extends FakeTokenServer {
    private static final String PATH = "/auth/realms/firecrest-clients/protocol/openid-connect/token";

    private final TokenEndpointResponses responses;
    private final ClientCredentialsHandler handler;
    private final TestAccounts clients;

    private FakeTokenEndpoint(Builder builder) {
        super("fake-token-endpoint", builder);
        clients = builder.clients;
        responses = new TokenEndpointResponses(tokens(), builder.refusalStatus);
        handler = new ClientCredentialsHandler(clients, responses, gate());
        start(this::configure);
    }

    private void configure(JavalinConfig config) {
        config.routes.post(PATH, handler::handle);
    }

    /** Returns a builder without clients. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the URI of the endpoint: origin and path. */
    public String tokenUri() {
        return url() + PATH;
    }

    /** Adds a client, or replaces the client of that id. */
    public void addClient(String id, String secret) {
        clients.put(id, secret);
    }

    /**
     * Changes the secret of a client. Tokens issued before stay valid.
     *
     * @throws IllegalArgumentException if the client is unknown
     */
    public void rotateSecret(String id, String secret) {
        clients.named(id).password(secret);
    }

    /**
     * Refuses this client from now on. Tokens issued before stay valid. {@link #addClient} enables the client again.
     *
     * @throws IllegalArgumentException if the client is unknown
     */
    public void disable(String id) {
        clients.named(id).disable();
    }

    /**
     * Sets how long tokens that are issued from now on are valid, and what {@code expires_in} states unless a claim was
     * set. Default: 300 s.
     */
    @Override
    public void tokenLife(Duration life) {
        super.tokenLife(life);
    }

    /**
     * Sets what {@code expires_in} states from now on, whether true or not: JSON such as {@code 0}, {@code -1},
     * {@code "\"300\""}, {@code 1e99} or {@code null}.
     *
     * @throws IllegalArgumentException if it is not JSON
     */
    public void claimExpiresIn(String json) {
        responses.claim(json);
    }

    /** Leaves {@code expires_in} out of the responses from now on. */
    public void claimNoExpiresIn() {
        responses.claimNothing();
    }

    /** Makes {@code expires_in} state the true number of seconds from now on. */
    public void claimTrueExpiresIn() {
        responses.claimTruth();
    }

    /** Sets the response to all requests from now on. */
    public void loginResponse(LoginResponse response) {
        handler.response(response);
    }

    /** Makes every response an HTML page with this status from now on. Status 0 ends that. */
    public void failWith(int status) {
        failWith(status, Duration.ZERO);
    }

    /** Does the same as {@link #failWith(int)}, with a {@code Retry-After} in seconds. */
    public void failWith(int status, Duration retryAfter) {
        handler.fail(new LoginOutage(status, retryAfter));
    }

    /** Returns the id of the client that has this token; empty if the token is unknown or has expired. */
    public Optional<String> client(String token) {
        return client(token, Duration.ZERO);
    }

    /** Does the same as {@link #client(String)}, but returns empty unless the token is valid for longer than this. */
    public Optional<String> client(String token, Duration minimumLife) {
        return tokens().live(token, minimumLife).map(IssuedTokens.Grant::subject);
    }

    /** Returns whether this token was issued here, expired or not. */
    public boolean issued(String token) {
        return tokens().issued(token);
    }

    /** Returns the requests in the order in which they arrived. The last 10,000 are kept. */
    public List<TokenRequest> requests() {
        return handler.requests();
    }

    /** Collects the settings of a {@link FakeTokenEndpoint}. Not thread-safe; it starts one server. */
    public static final class Builder extends FakeTokenServer.Builder<Builder> {
        private final TestAccounts clients = new TestAccounts();
        private OptionalInt refusalStatus = OptionalInt.empty();

        private Builder() {
            super(Duration.ofMinutes(5));
        }

        /** Adds a client. Repeatable. */
        public Builder client(String id, String secret) {
            clients.put(id, secret);
            return this;
        }

        /** Sets how long a token is valid. Default: 300 s. */
        @Override
        public Builder tokenLife(Duration life) {
            return super.tokenLife(life);
        }

        /**
         * Sets the status of {@code invalid_client}: 400, or 401 with a challenge (RFC 6749, section 5.2). A wrong
         * secret then gets {@code invalid_client} too. Default: as Keycloak, see {@link FakeTokenEndpoint}.
         */
        public Builder refusalStatus(int status) {
            refusalStatus = OptionalInt.of(status);
            return this;
        }

        /** Starts the server on a free port. */
        public FakeTokenEndpoint start() {
            return new FakeTokenEndpoint(this);
        }
    }
}

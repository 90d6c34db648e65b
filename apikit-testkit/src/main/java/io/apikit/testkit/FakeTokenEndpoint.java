package io.apikit.testkit;

import io.javalin.config.JavalinConfig;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An OAuth2 token endpoint for client credentials (RFC 6749, section 4.4), as Keycloak has one: real HTTP on 127.0.0.1
 * and a free port. It takes {@code client_secret_post} and {@code client_secret_basic}. An unknown client and a disabled
 * one look the same, 401 {@code invalid_client}; a wrong secret is 401 {@code unauthorized_client}; none is challenged.
 *
 * <p>Its tokens are JWTs, unless told otherwise. Whoever fakes an API asks {@link #client} whose a token is.
 *
 * <p>Thread-safe; everything but the clock and the status of a refusal can be changed while it runs. Its threads are
 * daemons. It keeps secrets as they are.
 */
public final class FakeTokenEndpoint implements AutoCloseable {
    private static final String PATH = "/auth/realms/firecrest-clients/protocol/openid-connect/token";

    private final Gate gate = new Gate(this::execute);
    private final IssuedTokens tokens;
    private final TokenGrant grant;
    private final ClientCredentialsStep step;
    private final Accounts clients;
    private final LoopbackServer server;

    private FakeTokenEndpoint(Builder builder) {
        clients = builder.clients;
        tokens = new IssuedTokens(builder.clock, builder.tokenLife);
        grant = new TokenGrant(tokens, builder.refusalStatus);
        step = new ClientCredentialsStep(clients, grant, gate);
        server = LoopbackServer.start("fake-token-endpoint", this::configure);
    }

    private void configure(JavalinConfig config) {
        config.routes.post(PATH, step::handle);
    }

    private void execute(Runnable task) {
        server.execute(task);
    }

    /** A builder that knows no client yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** Its origin, such as {@code http://127.0.0.1:40123}, without a slash at the end. */
    public String url() {
        return server.url();
    }

    /** The address to post to: origin and path. */
    public String tokenUri() {
        return server.url() + PATH;
    }

    /** Adds a client, or replaces the one of that id. */
    public void addClient(String id, String secret) {
        clients.put(id, secret);
    }

    /** Changes a secret; tokens go on. Throws {@link IllegalArgumentException} for an unknown client. */
    public void rotateSecret(String id, String secret) {
        clients.named(id).password(secret);
    }

    /** From now on this client gets no token; those it has go on. {@link #addClient} enables it again. */
    public void disable(String id) {
        clients.named(id).disable();
    }

    /** How long tokens from now on are really good, and what {@code expires_in} says unless it lies. Default 300 s. */
    public void tokenLife(Duration life) {
        tokens.life(life);
    }

    /**
     * What {@code expires_in} claims from now on, whatever is true: JSON such as {@code 0}, {@code -1},
     * {@code "\"300\""}, {@code 1e99} or {@code null}.
     *
     * @throws IllegalArgumentException if it is not JSON
     */
    public void claimExpiresIn(String json) {
        grant.claim(json);
    }

    /** From now on answers have no {@code expires_in}. */
    public void claimNoExpiresIn() {
        grant.claimNothing();
    }

    /** From now on {@code expires_in} is the truth, in seconds. */
    public void claimTrueExpiresIn() {
        grant.claimTruth();
    }

    /** Whether tokens from now on are no JWTs and tell nothing. Default false. */
    public void opaqueTokens(boolean opaque) {
        tokens.opaque(opaque);
    }

    /** Ends all tokens at once, whatever they say. */
    public void expireTokens() {
        tokens.expireAll();
    }

    /** What the endpoint answers from now on, whatever it is sent. */
    public void answers(LoginAnswer answer) {
        step.answers(answer);
    }

    /** From now on every request is answered with this status and an HTML page, until it is set to 0. */
    public void failWith(int status) {
        failWith(status, Duration.ZERO);
    }

    /** As {@link #failWith(int)}, with a {@code Retry-After} in seconds. */
    public void failWith(int status, Duration retryAfter) {
        step.fail(new Outage(status, retryAfter));
    }

    /** From now on requests wait until {@link #release} or {@link #close}. They cost no thread. */
    public void hold() {
        gate.hold();
    }

    /** Lets all go that are held, and holds nobody any more. */
    public void release() {
        gate.release();
    }

    /**
     * Waits until so many requests are held at the same time.
     *
     * @throws IllegalStateException after 10 s, or if the thread is interrupted
     */
    public void awaitHeld(int requests) {
        gate.awaitHeld(requests);
    }

    /** The client this token was given to; empty if it is unknown or has expired. */
    public Optional<String> client(String token) {
        return client(token, Duration.ZERO);
    }

    /** As {@link #client(String)}; also empty if the token has not more than this left. */
    public Optional<String> client(String token, Duration minimumLife) {
        return tokens.live(token, minimumLife).map(IssuedTokens.Grant::subject);
    }

    /** Tokens given so far. */
    public int logins() {
        return step.logins().total();
    }

    /** As {@link #logins()}, to one client. */
    public int logins(String id) {
        return step.logins().of(id);
    }

    /** Requests so far, right or wrong, held ones included. */
    public int loginAttempts() {
        return step.attempts().total();
    }

    /** As {@link #loginAttempts()}, with this id. */
    public int loginAttempts(String id) {
        return step.attempts().of(id);
    }

    /** The requests in their order; the last 10,000 are kept. */
    public List<TokenRequest> requests() {
        return step.requests();
    }

    /** Frees all who are held, and stops the server. */
    @Override
    public void close() {
        gate.release();
        server.close();
    }

    /** Collects the settings of a {@link FakeTokenEndpoint}. Not thread-safe; good for one start. */
    public static final class Builder {
        private final Accounts clients = new Accounts();
        private InstantSource clock = InstantSource.system();
        private Duration tokenLife = Duration.ofMinutes(5);
        private OptionalInt refusalStatus = OptionalInt.empty();

        private Builder() {}

        /** Adds a client. Repeatable. */
        public Builder client(String id, String secret) {
            clients.put(id, secret);
            return this;
        }

        /** The clock of tokens. Default the system's. */
        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        /** How long a token is good. Default 300 s. */
        public Builder tokenLife(Duration life) {
            tokenLife = life;
            return this;
        }

        /**
         * The status of {@code invalid_client}, which then stands for a wrong secret as well: 400, or 401 with a challenge
         * (RFC 6749, section 5.2). Default: as Keycloak, see above.
         */
        public Builder refusalStatus(int status) {
            refusalStatus = OptionalInt.of(status);
            return this;
        }

        /** Starts it on a free port. */
        public FakeTokenEndpoint start() {
            return new FakeTokenEndpoint(this);
        }
    }
}

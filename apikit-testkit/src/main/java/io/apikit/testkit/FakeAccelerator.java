package io.apikit.testkit;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Altair Accelerator's REST API (VOV, version 3): real HTTP or HTTPS on 127.0.0.1 and a free port, with a certificate
 * made at its start.
 *
 * <p>Endpoints: {@code POST /api/v3/token} (form {@code username}, {@code password}; answers {@code token_type} and
 * {@code access_token}), {@code GET /api/v3/jobs/{id}} with {@code Authorization: <token_type>:<access_token>}, a colon
 * in between (answers {@code columns} and {@code rows}). Every number is a job.
 *
 * <p>Its bad habits: it never says when a token ends (a JWT's {@code exp} does, an opaque one's nothing), and by switch
 * a refused login is a 200 with {@code error}.
 *
 * <p>Thread-safe; what is not in the builder can be changed while it runs. Its threads are daemons; its certificates are
 * files in a temporary directory until it is closed. It keeps passwords as they are.
 */
public final class FakeAccelerator implements AutoCloseable {
    private final Gate gate = new Gate(this::execute);
    private final AtomicInteger unauthorized = new AtomicInteger();
    private final AcceleratorJobs jobs = new AcceleratorJobs();
    private final Accounts accounts;
    private final IssuedTokens tokens;
    private final AcceleratorLogin login;
    private final Optional<ServerCertificate> certificate;
    private final LoopbackServer server;

    private FakeAccelerator(Builder builder) {
        accounts = builder.accounts;
        tokens = new IssuedTokens(builder.clock, builder.tokenLife);
        tokens.opaque(builder.opaqueTokens);
        login = new AcceleratorLogin(accounts, tokens, gate, builder.tokenType);
        certificate = ServerCertificate.of(builder.tls);
        server = LoopbackServer.start("fake-accelerator", certificate.map(ServerCertificate::tls), this::configure);
    }

    private void configure(JavalinConfig config) {
        config.routes.post("/api/v3/token", login::handle);
        config.routes.get("/api/v3/jobs/{id}", this::job);
    }

    private void job(Context ctx) {
        if (login.user(ctx).isPresent()) {
            jobs.answer(ctx);
        } else {
            unauthorized.incrementAndGet();
            ctx.status(401).json(Map.of("error", "Unauthorized"));
        }
    }

    private void execute(Runnable task) {
        server.execute(task);
    }

    /** A builder that knows no user yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** Its origin, such as {@code https://127.0.0.1:40124}, without a slash at the end. */
    public String url() {
        return server.url();
    }

    /**
     * The server's own certificate, in PEM. It can be trusted where it is self-signed.
     *
     * @throws IllegalStateException if it speaks plain HTTP
     */
    public Path certificatePem() {
        return ServerCertificate.certificatePem(certificate);
    }

    /**
     * The certificate of who signed the server's, in PEM.
     *
     * @throws IllegalStateException if it speaks plain HTTP or is self-signed
     */
    public Path caPem() {
        return ServerCertificate.caPem(certificate);
    }

    /** Adds a user, or replaces the one of that name. */
    public void addUser(String name, String password) {
        accounts.put(name, password);
    }

    /** Changes a password; tokens go on. Throws {@link IllegalArgumentException} for an unknown user. */
    public void changePassword(String name, String password) {
        accounts.named(name).password(password);
    }

    /** Adds a job, or replaces the one of that id; its fields are the columns. */
    public void addJob(String id, Map<String, ?> fields) {
        jobs.add(id, fields);
    }

    /** From now on this column and its values are left out; empty: none is. */
    public void missingColumn(String field) {
        jobs.missing(field);
    }

    /** Whether rows lack their last value. Default false. */
    public void shortRows(boolean all) {
        jobs.shortRows(all);
    }

    /** The status of a refused login: 401, or 200 where only the field {@code error} tells. Default 401. */
    public void errorStatus(int status) {
        login.errorStatus(status);
    }

    /** What the token endpoint answers from now on, whatever it is sent. */
    public void loginAnswers(LoginAnswer answer) {
        login.answers(answer);
    }

    /** Whether tokens from now on are no JWTs and tell nothing. */
    public void opaqueTokens(boolean opaque) {
        tokens.opaque(opaque);
    }

    /** How long tokens from now on are good. Default 4 h. */
    public void tokenLife(Duration life) {
        tokens.life(life);
    }

    /** Ends all tokens at once, whatever they say. */
    public void expireTokens() {
        tokens.expireAll();
    }

    /** From now on logins wait until {@link #release} or {@link #close}. They cost no thread. */
    public void hold() {
        gate.hold();
    }

    /** Lets all go that are held, and holds nobody any more. */
    public void release() {
        gate.release();
    }

    /**
     * Waits until so many logins are held at the same time.
     *
     * @throws IllegalStateException after 10 s, or if the thread is interrupted
     */
    public void awaitHeld(int logins) {
        gate.awaitHeld(logins);
    }

    /** Logins that led to a token. */
    public int logins() {
        return login.logins().total();
    }

    /** As {@link #logins()}, of one user. */
    public int logins(String user) {
        return login.logins().of(user);
    }

    /** Requests to the token endpoint, right or wrong, held ones included. */
    public int loginAttempts() {
        return login.attempts().total();
    }

    /** As {@link #loginAttempts()}, with this user name. */
    public int loginAttempts(String user) {
        return login.attempts().of(user);
    }

    /** Requests for a job that had a good token. */
    public int jobReads() {
        return jobs.reads().total();
    }

    /** Requests for a job that had none. */
    public int unauthorized() {
        return unauthorized.get();
    }

    /** TCP connections opened so far, failed TLS handshakes included. */
    public int connections() {
        return server.connections();
    }

    /** Frees all who are held, stops the server, and deletes its certificates. */
    @Override
    public void close() {
        gate.release();
        server.close();
        certificate.ifPresent(ServerCertificate::close);
    }

    /** Collects the settings of a {@link FakeAccelerator}. Not thread-safe; good for one start. */
    public static final class Builder {
        private final Accounts accounts = new Accounts();
        private InstantSource clock = InstantSource.system();
        private Duration tokenLife = Duration.ofHours(4);
        private String tokenType = "Bearer";
        private TlsLevel tls = TlsLevel.PLAIN;
        private boolean opaqueTokens;

        private Builder() {}

        /** Adds a user. Repeatable. */
        public Builder user(String name, String password) {
            accounts.put(name, password);
            return this;
        }

        /** Plain HTTP, or which certificate. Default {@link TlsLevel#PLAIN}. */
        public Builder tls(TlsLevel level) {
            tls = level;
            return this;
        }

        /** The clock of tokens; certificates go by the system's. Default the system's. */
        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        /** How long a token is good. Default 4 h. */
        public Builder tokenLife(Duration life) {
            tokenLife = life;
            return this;
        }

        /** What stands before the colon. Default {@code Bearer}. */
        public Builder tokenType(String type) {
            tokenType = type;
            return this;
        }

        /** Whether tokens are no JWTs and tell nothing. Default false. */
        public Builder opaqueTokens(boolean opaque) {
            opaqueTokens = opaque;
            return this;
        }

        /** Starts it on a free port. */
        public FakeAccelerator start() {
            return new FakeAccelerator(this);
        }
    }
}

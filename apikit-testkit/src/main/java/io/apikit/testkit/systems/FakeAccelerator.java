package io.apikit.testkit.systems;

import io.apikit.testkit.internal.FakeTokenServer;
import io.apikit.testkit.internal.ServerCertificate;
import io.apikit.testkit.internal.TestAccounts;
import io.apikit.testkit.tls.TlsLevel;
import io.apikit.testkit.token.LoginResponse;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fake of Altair Accelerator's REST API (VOV, version 3). It serves HTTP or HTTPS on 127.0.0.1 and a free port. For
 * HTTPS it makes a certificate when it starts.
 *
 * <ul>
 *   <li>{@code POST /api/v3/token} with the form fields {@code username} and {@code password} returns
 *       {@code token_type} and {@code access_token}.
 *   <li>{@code GET /api/v3/jobs/{id}} returns {@code columns} and {@code rows}. It needs the header
 *       {@code Authorization: <token_type>:<access_token>}, with a colon. Every number is the id of a job.
 * </ul>
 *
 * <p>It has the faults of the real system. A login response does not state when the token expires: a JWT has the claim
 * {@code exp}, an opaque token has nothing. A refused login can have status 200 and a field {@code error}
 * ({@link #errorStatus}).
 *
 * <p>Thread-safe. What the builder alone sets is fixed; everything else can be changed while the server runs. Its
 * threads are daemon threads. Its certificates are files in a temporary directory until {@link #close}. It keeps
 * passwords in plain text.
 */
public final class FakeAccelerator extends FakeTokenServer {
    private final AtomicInteger unauthorized = new AtomicInteger();
    private final AcceleratorJobsEndpoint jobs = new AcceleratorJobsEndpoint();
    private final TestAccounts accounts;
    private final AcceleratorLoginEndpoint login;

    private FakeAccelerator(Builder builder) {
        super("fake-accelerator", builder, ServerCertificate.of(builder.tls));
        accounts = builder.accounts;
        login = new AcceleratorLoginEndpoint(accounts, tokens(), gate(), builder.tokenType);
        start(this::configure);
    }

    private void configure(JavalinConfig config) {
        config.routes.post("/api/v3/token", login::handle);
        config.routes.get("/api/v3/jobs/{id}", this::job);
    }

    private void job(Context ctx) {
        if (login.user(ctx).isPresent()) {
            jobs.send(ctx);
        } else {
            unauthorized.incrementAndGet();
            ctx.status(401).json(Map.of("error", "Unauthorized"));
        }
    }

    /** Returns a builder without users. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a PEM file with the server's own certificate. A client can trust it if it is self-signed.
     *
     * @throws IllegalStateException if the server speaks plain HTTP
     */
    public Path certificatePem() {
        return ServerCertificate.certificatePem(certificate());
    }

    /**
     * Returns a PEM file with the certificate of the authority that signed the server's certificate.
     *
     * @throws IllegalStateException if the server speaks plain HTTP, or its certificate is self-signed
     */
    public Path caPem() {
        return ServerCertificate.caPem(certificate());
    }

    /** Adds a user, or replaces the user of that name. */
    public void addUser(String name, String password) {
        accounts.put(name, password);
    }

    /**
     * Changes the password of a user. Tokens issued before stay valid.
     *
     * @throws IllegalArgumentException if the user is unknown
     */
    public void changePassword(String name, String password) {
        accounts.named(name).password(password);
    }

    /** Adds a job, or replaces the job of that id. Its fields become the columns. */
    public void addJob(String id, Map<String, ?> fields) {
        jobs.add(id, fields);
    }

    /** Leaves this column and its values out from now on. An empty name leaves nothing out, which is the default. */
    public void missingColumn(String field) {
        jobs.missing(field);
    }

    /** Sets whether rows lack their last value. Default: false. */
    public void shortRows(boolean all) {
        jobs.shortRows(all);
    }

    /** Sets the status of a refused login: 401, or 200 with only a field {@code error} to show it. Default: 401. */
    public void errorStatus(int status) {
        login.errorStatus(status);
    }

    /** Sets the response to all logins from now on. */
    public void loginResponse(LoginResponse response) {
        login.response(response);
    }

    /** Returns the number of requests for a job that had a valid token. */
    public int jobReads() {
        return jobs.reads();
    }

    /** Returns the number of requests for a job that had no valid token. */
    public int unauthorized() {
        return unauthorized.get();
    }

    /** Collects the settings of a {@link FakeAccelerator}. Not thread-safe; it starts one server. */
    public static final class Builder extends FakeTokenServer.Builder<Builder> {
        private final TestAccounts accounts = new TestAccounts();
        private String tokenType = "Bearer";
        private TlsLevel tls = TlsLevel.PLAIN;

        private Builder() {
            super(Duration.ofHours(4));
        }

        /** Adds a user. Repeatable. */
        public Builder user(String name, String password) {
            accounts.put(name, password);
            return this;
        }

        /** Sets whether the server speaks plain HTTP or HTTPS, and its certificate. Default: {@link TlsLevel#PLAIN}. */
        public Builder tls(TlsLevel level) {
            tls = level;
            return this;
        }

        /** Sets the text before the colon. Default: {@code Bearer}. */
        public Builder tokenType(String type) {
            tokenType = type;
            return this;
        }

        /** Sets how long a token is valid. Default: 4 h. */
        @Override
        public Builder tokenLife(Duration life) {
            return super.tokenLife(life);
        }

        /** Starts the server on a free port. */
        public FakeAccelerator start() {
            return new FakeAccelerator(this);
        }
    }
}

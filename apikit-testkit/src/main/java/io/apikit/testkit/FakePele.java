package io.apikit.testkit;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Pele, the REST API of HySDS: a token login with rate limits, as Flask-Limiter sets them. Real HTTP on 127.0.0.1 and a
 * free port.
 *
 * <p>Endpoints below {@link #url}: {@code POST /register}, {@code POST /verify}, {@code POST /login} (Basic; answers a
 * JWT), {@code GET /test/echo?echo_str=} with the token in {@code X-API-KEY}. Its bad habits: a bad login is answered
 * 401 in HTML, and {@code Retry-After} also stands on 200, 400 and 401. Failed logins count against the limit. All
 * callers share one bucket, since all come from loopback.
 *
 * <p>Thread-safe; everything but the limits and the clock can be changed while it runs. Its threads are daemons. It
 * keeps passwords as they are.
 */
public final class FakePele implements AutoCloseable {
    /** The code that verifies every registration: no email is sent. */
    public static final String VERIFICATION_CODE = "123456";

    private static final String PREFIX = "/api/v0.1";

    private final Counters paths = new Counters();
    private final Gate gate = new Gate(this::execute);
    private final IssuedTokens tokens;
    private final PeleLogin login;
    private final PeleEcho echo;
    private final PeleRegistration registration;
    private final LoopbackServer server;
    private volatile boolean passwordStrayed;

    private FakePele(Builder builder) {
        tokens = new IssuedTokens(builder.clock, builder.tokenLife);
        RateLimit logins = new RateLimit(builder.loginsPerMinute, Duration.ofMinutes(1), "minute", builder.clock);
        RateLimit echoes = new RateLimit(builder.echoesPerSecond, Duration.ofSeconds(1), "second", builder.clock);
        login = new PeleLogin(builder.accounts, tokens, logins, gate);
        echo = new PeleEcho(tokens, echoes);
        registration = new PeleRegistration(builder.accounts);
        server = LoopbackServer.start("fake-pele", this::configure);
    }

    private void configure(JavalinConfig config) {
        config.routes.before(this::watch);
        config.routes.post(PREFIX + "/register", registration::register);
        config.routes.post(PREFIX + "/verify", registration::verify);
        config.routes.post(PREFIX + "/login", login::handle);
        config.routes.get(PREFIX + "/test/echo", echo::handle);
    }

    private void watch(Context ctx) {
        paths.add(ctx.path());
        if (BasicHeader.in(ctx) && !ctx.path().equals(PREFIX + "/login")) {
            passwordStrayed = true;
        }
    }

    private void execute(Runnable task) {
        server.execute(task);
    }

    /** A builder that knows no user yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** Its origin and prefix, such as {@code http://127.0.0.1:40123/api/v0.1}, without a slash at the end. */
    public String url() {
        return server.url() + PREFIX;
    }

    /** Adds a verified user, or replaces the one of that address. */
    public void addUser(String email, String password) {
        login.addUser(email, password);
    }

    /** Ends all tokens at once, whatever their {@code exp} says. */
    public void expireTokens() {
        tokens.expireAll();
    }

    /** How long tokens from now on are good. Default 86,400 s. */
    public void tokenLife(Duration life) {
        tokens.life(life);
    }

    /** Whether the echo endpoint answers 401 to good tokens too. Default false. */
    public void alwaysUnauthorized(boolean always) {
        echo.alwaysUnauthorized(always);
    }

    /** What the login endpoint answers from now on; nonsense does not count against the limit. */
    public void loginAnswers(LoginAnswer answer) {
        login.answers(answer);
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
    public int logins(String email) {
        return login.logins().of(email);
    }

    /** Requests to the login endpoint: right, wrong, held and refused with 429. */
    public int loginAttempts() {
        return login.attempts().total();
    }

    /** As {@link #loginAttempts()}, with this user name. */
    public int loginAttempts(String email) {
        return login.attempts().of(email);
    }

    /** Echoes answered with 200. */
    public int echoes() {
        return echo.echoes().total();
    }

    /** Requests to this path, such as {@code "/api/v0.1/test/echo"}. */
    public int count(String path) {
        return paths.of(path);
    }

    /** Whether an {@code Authorization: Basic} ever reached another path than that of the login. */
    public boolean passwordSeenOutsideLogin() {
        return passwordStrayed;
    }

    /** Frees all who are held, and stops the server. */
    @Override
    public void close() {
        gate.release();
        server.close();
    }

    /** Collects the settings of a {@link FakePele}. Not thread-safe; good for one start. */
    public static final class Builder {
        private final Accounts accounts = new Accounts();
        private InstantSource clock = InstantSource.system();
        private Duration tokenLife = Duration.ofDays(1);
        private int loginsPerMinute = 3;
        private int echoesPerSecond = 10;

        private Builder() {}

        /** Adds a verified user. Repeatable. */
        public Builder user(String email, String password) {
            accounts.put(email, password);
            return this;
        }

        /** The clock of tokens and limits. Default the system's. */
        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        /** How long a token is good. Default 86,400 s. */
        public Builder tokenLife(Duration life) {
            tokenLife = life;
            return this;
        }

        /** At least 1; default 3. */
        public Builder loginsPerMinute(int most) {
            loginsPerMinute = most;
            return this;
        }

        /** At least 1; default 10. */
        public Builder echoesPerSecond(int most) {
            echoesPerSecond = most;
            return this;
        }

        /** Starts it on a free port. */
        public FakePele start() {
            return new FakePele(this);
        }
    }
}

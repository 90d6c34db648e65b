package io.apikit.testkit.systems;

import io.apikit.testkit.internal.BasicHeader;
import io.apikit.testkit.internal.FakeTokenServer;
import io.apikit.testkit.internal.TestAccounts;
import io.apikit.testkit.token.LoginResponse;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.time.Duration;

/**
 * A fake of Pele, the REST API of HySDS: a login that returns a token, and rate limits as Flask-Limiter has them. It
 * serves HTTP on 127.0.0.1 and a free port.
 *
 * <p>Its endpoints are below {@link #url}:
 *
 * <ul>
 *   <li>{@code POST /register}, once a minute, and {@code POST /verify}, three times a minute, register a user.
 *   <li>{@code POST /login} takes Basic credentials and returns a JWT.
 *   <li>{@code GET /test/echo?echo_str=} needs the token in the header {@code X-API-KEY}.
 * </ul>
 *
 * <p>It has the faults of the real system. The response to a refused login is a 401 in HTML. {@code Retry-After} is
 * also in responses of status 200, 400 and 401. A limit counts the requests of an address in a moving window; failed
 * logins count, and refused requests do not. All callers on 127.0.0.1 share it. E-mail addresses are the same in any
 * case.
 *
 * <p>Thread-safe. The limits and the clock are fixed; everything else can be changed while the server runs. Its threads
 * are daemon threads. It keeps passwords in plain text.
 */
public final class FakePele extends FakeTokenServer {
    /** The code that verifies every registration. No email is sent. */
    public static final String VERIFICATION_CODE = "123456";

    private static final String PREFIX = "/api/v0.1";

    private final TestAccounts accounts;
    private final PeleLoginEndpoint login;
    private final PeleEchoEndpoint echo;
    private final PeleRegistrationEndpoints registration;
    private volatile boolean passwordSeenOutsideLogin;

    private FakePele(Builder builder) {
        super("fake-pele", builder);
        MovingWindowRateLimit logins = MovingWindowRateLimit.perMinute(builder.loginsPerMinute, clock());
        MovingWindowRateLimit echoes =
                new MovingWindowRateLimit(builder.echoesPerSecond, Duration.ofSeconds(1), "second", clock());
        accounts = builder.accounts;
        login = new PeleLoginEndpoint(accounts, tokens(), logins, gate());
        echo = new PeleEchoEndpoint(accounts, tokens(), echoes);
        registration = new PeleRegistrationEndpoints(accounts, clock());
        start(this::configure);
    }

    private void configure(JavalinConfig config) {
        config.routes.before(this::watch);
        config.routes.post(PREFIX + "/register", registration::register);
        config.routes.post(PREFIX + "/verify", registration::verify);
        config.routes.post(PREFIX + "/login", login::handle);
        config.routes.get(PREFIX + "/test/echo", echo::handle);
    }

    private void watch(Context ctx) {
        if (BasicHeader.in(ctx) && !ctx.path().equals(PREFIX + "/login")) {
            passwordSeenOutsideLogin = true;
        }
    }

    /** Returns a builder without users. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the origin and prefix, such as {@code http://127.0.0.1:40123/api/v0.1}, without a slash at the end. */
    @Override
    public String url() {
        return super.url() + PREFIX;
    }

    /** Adds a verified user, or replaces the user of that email address. */
    public void addUser(String email, String password) {
        accounts.put(PeleEmail.of(email), password);
    }

    /** Removes a user, whose tokens are then refused with another text than expired ones. */
    public void removeUser(String email) {
        accounts.remove(PeleEmail.of(email));
    }

    /** Sets whether the echo endpoint returns 401 for valid tokens too. Default: false. */
    public void alwaysUnauthorized(boolean always) {
        echo.alwaysUnauthorized(always);
    }

    /** Sets the response to all logins from now on. Only the normal one counts against the limit. */
    public void loginResponse(LoginResponse response) {
        login.response(response);
    }

    /** Returns the number of echoes with status 200. */
    public int echoes() {
        return echo.echoes();
    }

    /** Returns whether an {@code Authorization: Basic} has reached any path but that of the login. */
    public boolean passwordSeenOutsideLogin() {
        return passwordSeenOutsideLogin;
    }

    /** Collects the settings of a {@link FakePele}. Not thread-safe; it starts one server. */
    public static final class Builder extends FakeTokenServer.Builder<Builder> {
        private final TestAccounts accounts = new TestAccounts();
        private int loginsPerMinute = 3;
        private int echoesPerSecond = 10;

        private Builder() {
            super(Duration.ofDays(1));
        }

        /** Adds a verified user. Repeatable. */
        public Builder user(String email, String password) {
            accounts.put(PeleEmail.of(email), password);
            return this;
        }

        /** Sets how long a token is valid. Default: 86,400 s. */
        @Override
        public Builder tokenLife(Duration life) {
            return super.tokenLife(life);
        }

        /** Sets the number of logins that are allowed each minute, at least 1. Default: 3. */
        public Builder loginsPerMinute(int most) {
            loginsPerMinute = most;
            return this;
        }

        /** Sets the number of echoes that are allowed each second, at least 1. Default: 10. */
        public Builder echoesPerSecond(int most) {
            echoesPerSecond = most;
            return this;
        }

        /**
         * Starts the server on a free port.
         *
         * @throws IllegalArgumentException if a limit is less than 1
         */
        public FakePele start() {
            return new FakePele(this);
        }
    }
}

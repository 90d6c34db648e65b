package io.apikit.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.config.JavalinConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An identity provider with a login form, as Keycloak, Dex or GitHub have one: real HTTP on 127.0.0.1 and a free port.
 * A login form has a CSRF token that is used once and belongs to the cookie it was shown to; whoever has logged in
 * stays signed on with that cookie. An unknown user, a disabled one and a wrong password look the same.
 *
 * <p>Endpoints: {@code /authorize}, {@code /login}, {@code /otp}, {@code /change-password}, {@code /consent}.
 *
 * <p>Thread-safe; everything can be changed while it runs. Its threads are daemons. It is for tests and demonstrations:
 * it keeps passwords as they are.
 */
public final class FakeIdentityProvider implements AutoCloseable {
    /** The one-time code that is right for every user with {@link #requireTotp}. */
    public static final String ONE_TIME_CODE = "123456";

    private final Accounts accounts;
    private final boolean opaqueIdentities;
    private final Browsers browsers;
    private final AtomicInteger keys = new AtomicInteger();
    private final Codes codes = new Codes();
    private final LoginRecords records = new LoginRecords();
    private final Counters paths = new Counters();
    private final Gate gate = new Gate(this::execute);
    private final LoginFlow flow;
    private final LoginEndpoints endpoints;
    private final LoopbackServer server;

    private FakeIdentityProvider(Builder builder) {
        accounts = builder.accounts;
        opaqueIdentities = builder.opaqueIdentities;
        browsers = new Browsers(new SetCookie(builder.secureCookies));
        flow = new LoginFlow(accounts, browsers, codes, records);
        PasswordStep passwords = new PasswordStep(accounts, browsers, flow, records, builder.wrongPasswordStatus);
        endpoints = new LoginEndpoints(flow, browsers, passwords, new LaterSteps(accounts, flow), gate);
        server = LoopbackServer.start("fake-idp", this::configure);
    }

    private void configure(JavalinConfig config) {
        config.routes.before(ctx -> paths.add(ctx.path()));
        endpoints.routes(config.routes);
    }

    private void execute(Runnable task) {
        server.execute(task);
    }

    /** A builder that knows no user yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** Its origin, such as {@code http://127.0.0.1:40123}, without a slash at the end. */
    public String url() {
        return server.url();
    }

    /** Adds a user, or replaces the one of that name. */
    public void addUser(String name, String password) {
        accounts.put(name, password);
    }

    /** Changes a password; sessions go on. Throws {@link IllegalArgumentException} for an unknown user, as all do. */
    public void changePassword(String name, String password) {
        accounts.named(name).password(password);
    }

    /** From now on no password of this user is right, and single sign-on is over. */
    public void disable(String name) {
        accounts.named(name).disable();
    }

    /** Behind the password this user has to give {@link #ONE_TIME_CODE} in a field {@code otp}. */
    public void requireTotp(String name) {
        accounts.named(name).requireTotp();
    }

    /** This user has to grant access, at every login. */
    public void requireConsent(String name) {
        accounts.named(name).requireConsent();
    }

    /**
     * Whether all users have to grant access, at every login. Default false. A Dex is true: the proxy sends
     * {@code approval_prompt=force}, and Dex then asks even where it is told to skip its approval page.
     */
    public void requireConsent(boolean ofAll) {
        accounts.requireConsent(ofAll);
    }

    /** Behind the password this user has to choose a new one, once. */
    public void requirePasswordChange(String name) {
        accounts.named(name).requirePasswordChange();
    }

    /** What to show to those who log in from now on. Default {@link LoginPage#STANDARD}. */
    public void loginPage(LoginPage page) {
        flow.show(page);
    }

    /** From now on every page and every post of a login is answered with this status, until it is set to 0. */
    public void failLogins(int status) {
        failLogins(status, Duration.ZERO);
    }

    /** As {@link #failLogins(int)}, with a {@code Retry-After} in seconds. */
    public void failLogins(int status, Duration retryAfter) {
        endpoints.fail(new Outage(status, retryAfter));
    }

    /** Whether authorization codes are refused when they are redeemed. Default false. */
    public void refuseCodes(boolean all) {
        codes.refuse(all);
    }

    /** Signs with new keys from now on, as after it lost its old ones: 7.0 of the proxy then redeems no code any more. */
    public void rotateKeys() {
        keys.incrementAndGet();
    }

    /** From now on posts of credentials wait until {@link #release} or {@link #close}. They cost no thread. */
    public void hold() {
        gate.hold();
    }

    /** Lets all go that are held, and holds nobody any more. */
    public void release() {
        gate.release();
    }

    /**
     * Waits until so many posts of credentials are held at the same time.
     *
     * @throws IllegalStateException after 10 s, or if the thread is interrupted
     */
    public void awaitHeld(int posts) {
        gate.awaitHeld(posts);
    }

    /** Forgets who is signed on: everybody sees a form again. */
    public void endSessions() {
        browsers.endSessions();
    }

    /** Logins by password that led to an authorization code; those by single sign-on are not counted. */
    public int logins() {
        return records.logins().total();
    }

    /** As {@link #logins()}, of one user. */
    public int logins(String user) {
        return records.logins().of(user);
    }

    /** Posts of credentials so far, right or wrong, held ones included. */
    public int attempts() {
        return records.attempts().total();
    }

    /** As {@link #attempts()}, with this user name. */
    public int attempts(String user) {
        return records.attempts().of(user);
    }

    /** The posts of credentials in their order; the last 10,000 are kept. */
    public List<LoginPost> loginPosts() {
        return records.posts();
    }

    /** Requests to this path, such as {@code "/authorize"}. */
    public int count(String path) {
        return paths.of(path);
    }

    /** Frees all who are held, and stops the server. */
    @Override
    public void close() {
        gate.release();
        server.close();
    }

    void register(String redirectUri) {
        endpoints.register(redirectUri);
    }

    Optional<String> redeem(String code, String redirectUri) {
        return codes.redeem(code, redirectUri);
    }

    /** Which keys it signs with: their number. */
    int keys() {
        return keys.get();
    }

    /** What its tokens say about this user. */
    Identity identity(String user) {
        String email = user.contains("@") ? user : user + "@example.org";
        return opaqueIdentities
                ? new Identity(UUID.nameUUIDFromBytes(user.getBytes(UTF_8)).toString(), email, Optional.empty())
                : new Identity(user, email, Optional.of(user));
    }

    /** Collects the settings of a {@link FakeIdentityProvider}. Not thread-safe; good for one start. */
    public static final class Builder {
        private final Accounts accounts = new Accounts();
        private int wrongPasswordStatus = 200;
        private boolean secureCookies = true;
        private boolean opaqueIdentities;

        private Builder() {}

        /** Adds a user. Repeatable. */
        public Builder user(String name, String password) {
            accounts.put(name, password);
            return this;
        }

        /** The status of the form that is shown again: 200 (Keycloak, GitHub) or 401 (Dex). Default 200. */
        public Builder wrongPasswordStatus(int status) {
            wrongPasswordStatus = status;
            return this;
        }

        /** Whether its cookie is {@code Secure}, as Keycloak's, although it speaks plain HTTP. Default true. */
        public Builder secureCookies(boolean secure) {
            secureCookies = secure;
            return this;
        }

        /**
         * Whether its tokens name a user by an opaque {@code sub} alone, without {@code preferred_username}, as Dex's do;
         * Keycloak's have both. Default false: both are the user's name.
         */
        public Builder opaqueIdentities(boolean opaque) {
            opaqueIdentities = opaque;
            return this;
        }

        /** Starts it on a free port. */
        public FakeIdentityProvider start() {
            return new FakeIdentityProvider(this);
        }
    }
}

package io.apikit.testkit.identityprovider;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.testkit.internal.FakeLoginServer;
import io.apikit.testkit.internal.LoginOutage;
import io.apikit.testkit.internal.TestAccounts;
import io.javalin.config.JavalinConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fake of an identity provider with a login form, such as Keycloak, Dex or GitHub. It serves HTTP on 127.0.0.1 and a
 * free port. A <em>login attempt</em> is a post of a password.
 *
 * <p>A login form has a CSRF token that is valid once, with the cookie of the browser it was shown to. A browser that
 * has logged in stays signed on with that cookie. An unknown user, a disabled user and a wrong password get the same
 * response.
 *
 * <p>Endpoints: {@code /authorize}, {@code /login}, {@code /otp}, {@code /change-password}, {@code /consent}.
 *
 * <p>Thread-safe. Everything can be changed while the server runs. Its threads are daemon threads. It keeps passwords
 * in plain text.
 */
public final class FakeIdentityProvider extends FakeLoginServer {
    /** The one-time code that is right for every user with {@link #requireTotp}. */
    public static final String ONE_TIME_CODE = "123456";

    private final TestAccounts accounts;
    private final LoginRequirements requirements = new LoginRequirements();
    private final boolean opaqueIdentities;
    private final BrowserSessions browsers;
    private final AtomicInteger signingKeyVersion = new AtomicInteger();
    private final AuthorizationCodes codes = new AuthorizationCodes();
    private final LoginFlow flow;
    private final IdentityProviderEndpoints endpoints;

    private FakeIdentityProvider(Builder builder) {
        super("fake-idp");
        accounts = builder.accounts;
        opaqueIdentities = builder.opaqueIdentities;
        browsers = new BrowserSessions(builder.secureCookies);
        flow = new LoginFlow(accounts, requirements, browsers, codes, gate());
        PasswordStepHandler passwords = new PasswordStepHandler(accounts, browsers, flow, builder.wrongPasswordStatus);
        endpoints = new IdentityProviderEndpoints(
                flow, browsers, passwords, new FollowUpStepHandlers(this::changePassword, flow), gate());
        start(this::configure);
    }

    private void configure(JavalinConfig config) {
        endpoints.routes(config.routes);
    }

    /** Returns a builder without users. */
    public static Builder builder() {
        return new Builder();
    }

    /** Adds a user, or replaces the user of that name. */
    public void addUser(String name, String password) {
        requirements.removeAll(name);
        accounts.put(name, password);
    }

    /**
     * Changes the password of a user. The user stays signed on.
     *
     * @throws IllegalArgumentException if the user is unknown
     */
    public void changePassword(String name, String password) {
        accounts.named(name).password(password);
        requirements.remove(name, LoginStep.NEW_PASSWORD);
    }

    /**
     * Accepts no password of this user from now on, and ends the user's single sign-on.
     *
     * @throws IllegalArgumentException if the user is unknown
     */
    public void disable(String name) {
        accounts.named(name).disable();
    }

    /**
     * Asks this user for {@link #ONE_TIME_CODE} after the password, in a field {@code otp}.
     *
     * @throws IllegalArgumentException if the user is unknown
     */
    public void requireTotp(String name) {
        require(name, LoginStep.SECOND_FACTOR);
    }

    /**
     * Asks this user to grant access, at every login.
     *
     * @throws IllegalArgumentException if the user is unknown
     */
    public void requireConsent(String name) {
        require(name, LoginStep.CONSENT);
    }

    /**
     * Sets whether all users are asked to grant access, at every login. Default: false. With Dex this is true: the
     * proxy sends {@code approval_prompt=force}, and Dex then asks even if it is configured to skip its approval page.
     */
    public void requireConsent(boolean ofAll) {
        requirements.consentForAll(ofAll);
    }

    /**
     * Asks this user for a new password after the old one, once.
     *
     * @throws IllegalArgumentException if the user is unknown
     */
    public void requirePasswordChange(String name) {
        require(name, LoginStep.NEW_PASSWORD);
    }

    private void require(String name, LoginStep step) {
        accounts.named(name); // Throws if there is no such user.
        requirements.add(name, step);
    }

    /** Sets the page for users who log in from now on. Default: {@link LoginPageKind#STANDARD}. */
    public void loginPage(LoginPageKind page) {
        flow.show(page);
    }

    /** Makes every response of a login an error page with this status from now on. Status 0 ends that. */
    public void failLogins(int status) {
        failLogins(status, Duration.ZERO);
    }

    /** Does the same as {@link #failLogins(int)}, with a {@code Retry-After} in seconds. */
    public void failLogins(int status, Duration retryAfter) {
        endpoints.fail(new LoginOutage(status, retryAfter));
    }

    /** Sets whether authorization codes are refused when they are redeemed. Default: false. */
    public void refuseCodes(boolean all) {
        codes.refuse(all);
    }

    /**
     * Signs with new keys from now on, as a provider does that has lost its old ones. Version 7.0 of the proxy then
     * redeems no code until it is restarted.
     */
    public void rotateKeys() {
        signingKeyVersion.incrementAndGet();
    }

    /** Ends single sign-on for all browsers: each sees a form again. */
    public void endSessions() {
        browsers.endSessions();
    }

    /**
     * Returns the number of logins by password that led to an authorization code. Logins by single sign-on are not
     * counted.
     */
    @Override
    public int logins() {
        return super.logins();
    }

    /** Returns the posts of a password, right or wrong, in their order. The last 10,000 are kept. */
    public List<LoginPost> loginPosts() {
        return endpoints.posts();
    }

    /** Returns the URI of the authorization endpoint (RFC 6749, section 3.1) with these parameters. */
    public String authorizationUri(Map<String, String> parameters) {
        return url() + "/authorize?" + AuthorizationRequest.query(parameters);
    }

    /** Allows redirects to this URI of a client. All others are refused (RFC 6749, section 3.1.2.2). */
    public void registerRedirectUri(String redirectUri) {
        endpoints.register(redirectUri);
    }

    /**
     * Redeems an authorization code and returns its user; empty if the code is unknown, used, refused or of another
     * URI.
     */
    public Optional<String> redeem(String code, String redirectUri) {
        return codes.redeem(code, redirectUri);
    }

    /** Returns the number of times that {@link #rotateKeys} has been called. */
    public int signingKeyVersion() {
        return signingKeyVersion.get();
    }

    /** Returns the claims about this user in the provider's tokens. */
    public UserClaims claims(String user) {
        String email = user.contains("@") ? user : user + "@example.org";
        return opaqueIdentities
                ? new UserClaims(UUID.nameUUIDFromBytes(user.getBytes(UTF_8)).toString(), email, Optional.empty())
                : new UserClaims(user, email, Optional.of(user));
    }

    /** Collects the settings of a {@link FakeIdentityProvider}. Not thread-safe; it starts one server. */
    public static final class Builder {
        private final TestAccounts accounts = new TestAccounts();
        private int wrongPasswordStatus = 200;
        private boolean secureCookies = true;
        private boolean opaqueIdentities;

        private Builder() {}

        /** Adds a user. Repeatable. */
        public Builder user(String name, String password) {
            accounts.put(name, password);
            return this;
        }

        /** Sets the status of the form after a wrong password: 200 (Keycloak, GitHub) or 401 (Dex). Default: 200. */
        public Builder wrongPasswordStatus(int status) {
            wrongPasswordStatus = status;
            return this;
        }

        /**
         * Sets whether the cookie is {@code Secure}, as Keycloak's is, although the server speaks HTTP. Default: true.
         */
        public Builder secureCookies(boolean secure) {
            secureCookies = secure;
            return this;
        }

        /**
         * Sets whether tokens identify a user by an opaque {@code sub} alone, without {@code preferred_username}. Those
         * of Dex do, those of Keycloak have both claims. Default: false, both claims are the user's name.
         */
        public Builder opaqueIdentities(boolean opaque) {
            opaqueIdentities = opaque;
            return this;
        }

        /** Starts the server on a free port. */
        public FakeIdentityProvider start() {
            return new FakeIdentityProvider(this);
        }
    }
}

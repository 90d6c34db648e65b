package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.RetryPolicy;
import io.apikit.testkit.identityprovider.LoginPageKind;
import io.apikit.testkit.internal.FakeServer;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions over the ways in which oauth2-proxy is deployed, over real HTTP. */
class OAuth2ProxyDeploymentsTest {
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");
    private static final Credentials BOB = Credentials.password("bob", "builder");
    private static final String APP = "https://app.corp.test";
    private static final String AUTH = "https://auth.corp.test";

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Concurrently threads = new Concurrently();
    private final AtomicReference<Handler> script = new AtomicReference<>(ctx -> {});

    /** Where proxy, provider and backend are. */
    @SuppressWarnings("ImmutableEnumChecker") // functions without a state
    private enum Deployment {
        /** The provider is below a path of the proxy's own origin. */
        ONE_ORIGIN(
                builder -> builder.providerBelow("/dex"),
                proxy -> Authenticator.oauth2Proxy(options -> options.loginPages("/dex/"))),

        /** One proxy for all hosts of a domain. The session is too long for one cookie. */
        CENTRAL(
                builder -> builder.providerBelow("/dex")
                        .redirectUrl(AUTH)
                        .cookieDomain("corp.test")
                        .whitelistDomains(".corp.test")
                        .splitCookies(3_000),
                proxy -> new NamedHost(
                        Authenticator.oauth2Proxy(options -> options.start(AUTH + "/oauth2/start")
                                .publicUrl(APP)
                                .loginPages("/dex/")),
                        AUTH,
                        proxy.url())),

        /** The proxy is called by an internal address, and its redirect URL is public. */
        PUBLIC_URL(
                builder -> builder.providerBelow("/dex").redirectUrl(APP).cookieDomain("app.corp.test"),
                proxy -> Authenticator.oauth2Proxy(
                        options -> options.publicUrl(APP).loginPages("/dex/"))),

        /** The provider has several connectors, and the start names one. */
        CONNECTOR(
                builder -> builder.csrfPerRequest(true),
                proxy -> Authenticator.oauth2Proxy(options -> options.start("/oauth2/start?connector_id=ldap"))),

        /** The provider has several connectors, and shows them. */
        CHOICE(
                builder -> builder.providerBelow("/dex"),
                proxy -> Authenticator.oauth2Proxy(
                        options -> options.loginPages("/dex").choose("/dex/authorize-ldap")));

        private final UnaryOperator<FakeOAuth2Proxy.Builder> settings;
        private final Function<FakeOAuth2Proxy, Authenticator> mode;

        Deployment(UnaryOperator<FakeOAuth2Proxy.Builder> settings, Function<FakeOAuth2Proxy, Authenticator> mode) {
            this.settings = settings;
            this.mode = mode;
        }
    }

    private FakeOAuth2Proxy proxy(Deployment deployment) {
        var proxy = deployment
                .settings
                .apply(FakeOAuth2Proxy.inFrontOf(this::respond))
                .start();
        open.add(proxy);
        proxy.identityProvider().addUser("alice", "wonderland");
        proxy.identityProvider().addUser("bob", "builder");
        if (deployment == Deployment.CONNECTOR || deployment == Deployment.CHOICE) {
            proxy.identityProvider().loginPage(LoginPageKind.CONNECTORS);
        }
        return proxy;
    }

    private Backend backend(Deployment deployment, FakeOAuth2Proxy proxy) {
        if (deployment != Deployment.CENTRAL) {
            return backend(proxy, deployment.mode.apply(proxy));
        }
        var guarded = proxy.guard(this::respond, APP);
        open.add(0, guarded);
        return backend(guarded, deployment.mode.apply(proxy));
    }

    private Backend backend(FakeServer at, Authenticator mode) {
        var backend = Backend.at(at.url()).auth(mode).retry(RetryPolicy.none()).build();
        open.add(0, backend);
        return backend;
    }

    private void respond(Context ctx) throws Exception {
        ctx.result("data of " + ctx.header("X-Forwarded-User"));
        script.get().handle(ctx);
    }

    private static String data(Backend backend, Credentials user) {
        return backend.session(user).get("/data").orThrow().text();
    }

    @ParameterizedTest
    @EnumSource(Deployment.class)
    void fiftyCallsAtOneExpiryCostOneLoginOfEachUser(Deployment deployment) throws ExecutionException {
        var proxy = proxy(deployment);
        var backend = backend(deployment, proxy);
        assertThat(data(backend, ALICE)).isEqualTo("data of alice");
        assertThat(data(backend, BOB)).isEqualTo("data of bob");

        proxy.expireAllSessions();
        proxy.identityProvider().endSessions();
        var alices = threads.start(25, () -> data(backend, ALICE));
        var bobs = threads.start(25, () -> data(backend, BOB));

        assertThat(Concurrently.ended(alices)).containsOnly("data of alice");
        assertThat(Concurrently.ended(bobs)).containsOnly("data of bob");
        assertThat(proxy.identityProvider().logins("alice")).isEqualTo(2);
        assertThat(proxy.identityProvider().logins("bob")).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Deployment.class,
            names = {"ONE_ORIGIN", "CENTRAL"})
    void aWrongPasswordIsSentOnce(Deployment deployment) {
        var proxy = proxy(deployment);
        var backend = backend(deployment, proxy);

        for (var i = 0; i < 3; i++) {
            SessionTest.assertFails(401, () -> data(backend, Credentials.password("alice", "looking-glass")))
                    .withMessageContaining("wrong user name or password");
        }

        assertThat(proxy.identityProvider().loginAttempts()).isOne();
    }

    /** The login that follows may share the session at the provider, so one that was replaced is not logged out. */
    @Test
    void theLastLoginOfASessionIsLoggedOut() {
        var proxy = proxy(Deployment.CENTRAL);
        var backend = backend(Deployment.CENTRAL, proxy);
        data(backend, ALICE);
        proxy.expireAllSessions();
        data(backend, ALICE);
        data(backend, BOB);
        assertThat(proxy.logins()).isEqualTo(3);

        backend.close();

        assertThat(proxy.count("/oauth2/sign_out")).isEqualTo(2);
    }

    /** nginx passes on the first part alone, and the proxy does not know the two together. */
    @Test
    void aHalfOfARenewedCookieCostsOneLoginAtMost() {
        var proxy = proxy(Deployment.CENTRAL);
        var backend = backend(Deployment.CENTRAL, proxy);
        data(backend, ALICE);

        proxy.refreshNow();

        IntStream.range(0, 5).forEach(i -> assertThat(data(backend, ALICE)).isEqualTo("data of alice"));
        assertThat(proxy.logins("alice")).isLessThanOrEqualTo(2);
    }

    @Test
    void aRenewedCookieOfAPublicAddressIsTaken() {
        var proxy = proxy(Deployment.PUBLIC_URL);
        var backend = backend(Deployment.PUBLIC_URL, proxy);
        data(backend, ALICE);

        for (var parts = 3; parts > 0; parts--) {
            proxy.rotateCookies(parts);
            proxy.refreshNow();
            assertThat(data(backend, ALICE)).isEqualTo("data of alice");
            assertThat(SessionTest.logins(backend)
                            .currentOrNew(SessionTest.soon())
                            .login()
                            .cookieNames())
                    .hasSize(parts);
        }
        assertThat(proxy.logins("alice")).isOne();
    }

    @Test
    void aBackendThatRedirectsElsewhereAtEachCallKeepsItsSession() {
        var proxy = proxy(Deployment.CONNECTOR);
        var backend = backend(Deployment.CONNECTOR, proxy);
        script.set(ctx -> ctx.redirect("https://files.test/" + ctx.path()));

        IntStream.range(0, 8)
                .forEach(
                        i -> assertThat(backend.session(ALICE).get("/file/" + i).status())
                                .isEqualTo(302));

        assertThat(proxy.backendRequests()).isEqualTo(8);
        assertThat(proxy.logins()).isOne();
        assertThat(proxy.count("/oauth2/auth"))
                .as("one after the login, one for each redirect")
                .isEqualTo(9);
    }

    private Backend renewing(FakeOAuth2Proxy proxy, Consumer<OAuth2ProxyOptions> signs) {
        return backend(
                proxy,
                Authenticator.oauth2Proxy(options -> signs.accept(options.start("/oauth2/start?connector_id=ldap"))));
    }

    /** The backend has sessions of its own, which the proxy does not know. This one ends after the first login. */
    private void endsAfterOneLogin(FakeOAuth2Proxy proxy, int status) {
        script.set(ctx -> {
            if (proxy.logins() < 2) {
                ctx.status(status).result("your session has timed out");
            }
        });
    }

    private static BackendResponse post(Backend backend) {
        return backend.session(ALICE).send(BackendRequest.post("/jobs").body(new byte[0], "text/plain"));
    }

    @Test
    void whatAnAuthorNamesRenewsTheSession() {
        var proxy = proxy(Deployment.CONNECTOR);
        endsAfterOneLogin(proxy, 419);

        assertThat(data(renewing(proxy, options -> options.renewOn(419)), ALICE))
                .isEqualTo("data of alice");
        assertThat(proxy.logins()).isEqualTo(2);
        assertThat(proxy.backendRequests()).isEqualTo(2);
    }

    @Test
    void aPostIsSentAgainOnlyIfNothingWasDone() {
        var proxy = proxy(Deployment.CONNECTOR);
        endsAfterOneLogin(proxy, 200);
        var backend = renewing(
                proxy, options -> options.renewWhen(response -> response.text().contains("timed out")));

        assertThat(post(backend).text()).contains("timed out");
        assertThat(proxy.backendRequests()).isOne();
        assertThat(post(backend).text()).isEqualTo("data of alice");
        assertThat(proxy.logins()).isEqualTo(2);
    }

    @Test
    void aPostIsSentAgainIfItsAuthorSaysThatNothingWasDone() {
        var proxy = proxy(Deployment.CONNECTOR);
        endsAfterOneLogin(proxy, 200);

        assertThat(post(renewing(
                                proxy,
                                options -> options.renewWhen(
                                                response -> response.text().contains("timed out"))
                                        .meansNothingDone()))
                        .text())
                .isEqualTo("data of alice");
        assertThat(proxy.backendRequests()).isEqualTo(2);
    }

    @AfterEach
    void stop() throws Exception {
        threads.close();
        for (var resource : open) {
            resource.close();
        }
    }

    /** A mode for which one origin is found at another address. */
    private record NamedHost(Authenticator mode, String name, String address) implements Authenticator {
        @Override
        public String name() {
            return mode.name();
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport transport) throws LoginRefused {
            return mode.logIn(credentials, named(transport));
        }

        @Override
        public Verdict judge(BackendResponse response, Login used, LoginTransport transport) {
            return mode.judge(response, used, named(transport));
        }

        @Override
        public Login refreshed(Login current, BackendResponse response) {
            return mode.refreshed(current, response);
        }

        @Override
        public LogOutScope logOutScope() {
            return mode.logOutScope();
        }

        @Override
        public void logOut(Login login, LoginTransport transport) {
            mode.logOut(login, named(transport));
        }

        @Override
        public java.util.Optional<String> challenge() {
            return mode.challenge();
        }

        private LoginTransport named(LoginTransport transport) {
            return new LoginTransport() {
                @Override
                public LoginTransport at(String origin) {
                    return named(transport.at(origin.equals(name) ? address : origin));
                }

                @Override
                public String origin() {
                    return transport.origin();
                }

                @Override
                public BackendResponse send(BackendRequest request) {
                    return transport.send(request);
                }
            };
        }
    }
}

package io.apikit.interop;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.OAuth2ProxyOptions;
import io.apikit.http.RetryPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Consumer;

/**
 * The new oauth2-proxy with {@code --alpha-config}: only there it passes parameters of {@code /oauth2/start} on to the
 * provider, or sends some of its own.
 */
final class AlphaProxy implements Deployment {
    private static final String SETTINGS = """
            server: {bindAddress: "127.0.0.1:%d"}
            upstreamConfig:
              upstreams: [{id: backend, path: /, uri: "%s"}]
            injectRequestHeaders:
            - {name: X-Forwarded-Email, values: [{claimSource: {claim: email}}]}
            providers:
            - id: keycloak
              provider: oidc
              clientID: %s
              clientSecret: %s
              scope: openid email profile
              oidcConfig: {issuerURL: "%s", emailClaim: email, userIDClaim: email, audienceClaims: [aud]}
              loginURLParameters:
              - %s
            """;

    private final int port = Ports.free();
    private final Upstream upstream = new Upstream();
    private final IdentityProvider provider;
    private final Consumer<OAuth2ProxyOptions> options;
    private final RealProxy proxy;

    /** The caller is sent to the realm that has the account at once: {@code /oauth2/start} names it. */
    static AlphaProxy byHint(KeycloakBroker broker) {
        var hint = "{name: kc_idp_hint, allow: [{value: %s}]}".formatted(KeycloakBroker.PARTNER);
        return new AlphaProxy(
                broker, hint, options -> options.start("/oauth2/start?kc_idp_hint=" + KeycloakBroker.PARTNER));
    }

    /** The caller takes the link to the realm that has the account, beside a form. */
    static AlphaProxy byLink(KeycloakBroker broker) {
        return new AlphaProxy(
                broker, "{name: ui_locales, default: [en]}", options -> options.choose(KeycloakBroker.PARTNER));
    }

    /** The provider has the code sent by a page that posts itself. */
    static AlphaProxy withFormPost(IdentityProvider provider) {
        return new AlphaProxy(provider, "{name: response_mode, default: [form_post]}", options -> {});
    }

    /**
     * Starts it.
     *
     * @param parameter how the proxy treats one parameter of the provider's authorization endpoint, in its own YAML
     */
    private AlphaProxy(IdentityProvider provider, String parameter, Consumer<OAuth2ProxyOptions> options) {
        this.provider = provider;
        this.options = options;
        var settings =
                SETTINGS.formatted(port, upstream.url(), Realm.PROXY, Realm.SECRET, provider.issuer(), parameter);
        try {
            var file = Files.writeString(Installed.emptyFolder("alpha").resolve("alpha.yaml"), settings);
            this.proxy = new RealProxy(
                    ProxyVersion.NEW,
                    port,
                    List.of(
                            "--alpha-config=" + file,
                            "--redirect-url=" + RealProxy.callback(port),
                            "--email-domain=*"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return proxy.url();
    }

    @Override
    public Backend backend() {
        return Backend.at(url())
                .auth(Authenticator.oauth2Proxy(options))
                .retry(RetryPolicy.none())
                .build();
    }

    @Override
    public IdentityProvider provider() {
        return provider;
    }

    @Override
    public void endSessions() {
        proxy.restartWithAnotherSecret();
    }

    @Override
    public void close() {
        proxy.close();
        upstream.close();
    }
}

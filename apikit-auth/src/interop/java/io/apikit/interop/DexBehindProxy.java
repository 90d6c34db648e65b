package io.apikit.interop;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.OAuth2ProxyOptions;
import io.apikit.http.RetryPolicy;
import java.util.function.Consumer;

/** One proxy in front of one backend, with a Dex of its own. */
final class DexBehindProxy implements Deployment {
    private static final String PUBLIC = "https://app.corp.test";

    private final Upstream upstream = new Upstream();
    private final Dex dex;
    private final Consumer<OAuth2ProxyOptions> options;
    private final RealProxy proxy;

    private DexBehindProxy(
            ProxyVersion version, int port, Dex dex, String callback, Consumer<OAuth2ProxyOptions> options) {
        this.dex = dex;
        this.options = options;
        this.proxy = new RealProxy(version, port, dex, upstream.url(), "--redirect-url=" + callback);
    }

    /** The service calls the proxy by an internal address, and browsers by a public one that the service cannot reach. */
    static DexBehindProxy calledByInternalAddress(ProxyVersion version) {
        var callback = PUBLIC + "/oauth2/callback";
        return new DexBehindProxy(
                version, Ports.free(), new Dex(callback), callback, options -> options.publicUrl(PUBLIC));
    }

    /** Dex asks which way to log in. */
    static DexBehindProxy withChoice(ProxyVersion version) {
        int port = Ports.free();
        var callback = RealProxy.callback(port);
        return new DexBehindProxy(
                version, port, Dex.withChoice(callback), callback, options -> options.choose("Log in with Email"));
    }

    @Override
    public Backend backend() {
        return Backend.at(proxy.url())
                .auth(Authenticator.oauth2Proxy(chosen -> {
                    chosen.acceptConsent(true);
                    options.accept(chosen);
                }))
                .retry(RetryPolicy.none())
                .build();
    }

    @Override
    public IdentityProvider provider() {
        return dex;
    }

    @Override
    public void endSessions() {
        proxy.restartWithAnotherSecret();
    }

    @Override
    public void close() {
        proxy.close();
        upstream.close();
        dex.close();
    }
}

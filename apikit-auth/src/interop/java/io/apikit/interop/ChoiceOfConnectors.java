package io.apikit.interop;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.http.RetryPolicy;

/** One proxy in front of one backend, and a Dex that asks which way to log in. */
final class ChoiceOfConnectors implements Deployment {
    private final int port = Ports.free();
    private final Upstream upstream = new Upstream();
    private final Dex dex = Dex.withChoice(RealProxy.callback(port));
    private final RealProxy proxy;

    ChoiceOfConnectors(ProxyVersion version) {
        this.proxy = new RealProxy(version, port, dex, upstream.url());
    }

    @Override
    public Backend backend() {
        return Backend.at(proxy.url())
                .auth(Authenticator.oauth2Proxy(
                        options -> options.choose("Log in with Email").acceptConsent(true)))
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

package io.apikit.interop;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.http.RetryPolicy;

/** A proxy that browsers know by a public name, and that the service calls by an internal address. */
final class InternalAddress implements Deployment {
    private final Upstream upstream = new Upstream();
    private final Corp corp = new Corp(Corp.APP, "");
    private final RealProxy proxy;

    InternalAddress(ProxyVersion version) {
        this.proxy = new RealProxy(version, Ports.free(), corp.dex(), upstream.url(), corp.proxyFlags(Corp.APP));
    }

    @Override
    public Backend backend() {
        return Backend.at(proxy.url())
                .auth(Authenticator.oauth2Proxy(
                        options -> options.publicUrl(corp.origin(Corp.APP)).acceptConsent(true)))
                .http(corp.http(Corp.SSO).build())
                .retry(RetryPolicy.none())
                .build();
    }

    @Override
    public IdentityProvider provider() {
        return corp.dex();
    }

    @Override
    public void endSessions() {
        proxy.restartWithAnotherSecret();
    }

    @Override
    public void close() {
        proxy.close();
        corp.close();
        upstream.close();
    }
}

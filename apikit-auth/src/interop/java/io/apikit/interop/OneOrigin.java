package io.apikit.interop;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.http.RetryPolicy;

/** oauth2-proxy and Dex on one origin, as one ingress has them: {@code /dex/} is Dex, all else is the proxy. */
final class OneOrigin implements Deployment {
    private final int port = Ports.free();
    private final Dex dex = Dex.behind(url() + Dex.PATH, RealProxy.callback(port));
    private final Upstream upstream = new Upstream();
    private final Nginx nginx;
    private final RealProxy proxy;

    OneOrigin(ProxyVersion version) {
        int proxyPort = Ports.free();
        this.nginx =
                Nginx.start(Installed.emptyFolder("nginx"), """
                server {
                  listen 127.0.0.1:%d;
                  proxy_set_header Host $http_host;
                  location %s/ { proxy_pass %s; }
                  location / { proxy_pass http://127.0.0.1:%d; }
                }
                """.formatted(port, Dex.PATH, dex.origin(), proxyPort));
        this.proxy =
                new RealProxy(version, proxyPort, dex, upstream.url(), "--redirect-url=" + RealProxy.callback(port));
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public Backend backend() {
        return backend(Authenticator.oauth2Proxy(
                options -> options.loginPages(Dex.PATH + "/").acceptConsent(true)));
    }

    Backend backend(Authenticator mode) {
        return Backend.at(url()).auth(mode).retry(RetryPolicy.none()).build();
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
        nginx.close();
        upstream.close();
        dex.close();
    }
}

package io.apikit.interop;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.http.RetryPolicy;

/**
 * One oauth2-proxy for all hosts of a company: nginx asks it about each request to the app, and sends those without a
 * session to the proxy's own host.
 */
final class CentralHost implements Deployment {
    private final Upstream upstream = new Upstream();
    private final Corp corp;
    private final RealProxy proxy;

    CentralHost(ProxyVersion version) {
        int proxyPort = Ports.free();
        this.corp = new Corp(Corp.AUTH, servers("http://127.0.0.1:" + proxyPort));
        this.proxy = new RealProxy(
                version,
                proxyPort,
                corp.dex(),
                upstream.url(),
                corp.proxyFlags(
                        Corp.AUTH,
                        "--cookie-domain=corp.test",
                        "--whitelist-domain=" + corp.origin(Corp.APP).substring("https://".length()),
                        "--reverse-proxy",
                        "--set-xauthrequest"));
    }

    private String servers(String proxyUrl) {
        return """
                server { listen 127.0.0.1:PORT ssl; server_name AUTH; location / { proxy_pass PROXY; } }
                server {
                  listen 127.0.0.1:PORT ssl;
                  server_name APP;
                  location = /asked {
                    internal;
                    proxy_pass PROXY/oauth2/auth;
                    proxy_pass_request_body off;
                    proxy_set_header Content-Length "";
                    proxy_set_header Host $http_host;
                  }
                  location / {
                    auth_request /asked;
                    auth_request_set $email $upstream_http_x_auth_request_email;
                    error_page 401 = @login;
                    proxy_set_header Host $http_host;
                    proxy_set_header X-Forwarded-Email $email;
                    proxy_pass UPSTREAM;
                  }
                  location @login { return 302 https://AUTH:PORT/oauth2/start?rd=https://APP:PORT$request_uri; }
                }
                """.replace("UPSTREAM", upstream.url())
                .replace("PROXY", proxyUrl)
                .replace("APP", Corp.APP)
                .replace("AUTH", Corp.AUTH);
    }

    @Override
    public Backend backend() {
        return Backend.at(corp.origin(Corp.APP))
                .auth(Authenticator.oauth2Proxy(options ->
                        options.start(corp.origin(Corp.AUTH) + "/oauth2/start").acceptConsent(true)))
                .http(corp.http(Corp.APP, Corp.AUTH, Corp.SSO).build())
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

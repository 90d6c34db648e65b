package io.apikit.interop;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Tls;
import io.apikit.testkit.tls.CertifiedKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One oauth2-proxy for all hosts of a company: nginx asks it about each request to {@code app.corp.test}, and sends those
 * without a session to {@code auth.corp.test}. Dex is at {@code sso.corp.test}. All of it is https.
 */
final class CentralHost implements Deployment {
    private static final String APP = "app.corp.test";
    private static final String AUTH = "auth.corp.test";
    private static final String SSO = "sso.corp.test";

    private final int port = Ports.free();
    private final Path folder = Installed.emptyFolder("central-host");
    private final Dex dex = Dex.behind(origin(SSO) + Dex.PATH, origin(AUTH) + "/oauth2/callback");
    private final Upstream upstream = new Upstream();
    private final Nginx nginx;
    private final RealProxy proxy;

    CentralHost(ProxyVersion version) {
        certify();
        int proxyPort = Ports.free();
        this.nginx = Nginx.start(folder, servers("http://127.0.0.1:" + proxyPort));
        this.proxy = new RealProxy(
                version,
                proxyPort,
                dex,
                upstream.url(),
                "--redirect-url=" + origin(AUTH) + "/oauth2/callback",
                "--cookie-domain=corp.test",
                "--whitelist-domain=" + APP + ":" + port,
                "--reverse-proxy",
                "--set-xauthrequest",
                "--skip-oidc-discovery",
                "--login-url=" + dex.issuer() + "/auth",
                "--redeem-url=" + dex.origin() + Dex.PATH + "/token",
                "--oidc-jwks-url=" + dex.origin() + Dex.PATH + "/keys");
    }

    private void certify() {
        var authority = CertifiedKey.builder("authority").authority().build();
        var server = CertifiedKey.builder("corp")
                .host(APP)
                .host(AUTH)
                .host(SSO)
                .signedBy(authority)
                .build();
        write("authority.pem", authority.certificatePem());
        write("server.pem", server.certificatePem());
        write("key.pem", server.privateKeyPem());
    }

    private void write(String name, String text) {
        try {
            Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String servers(String proxyUrl) {
        return """
                ssl_certificate server.pem;
                ssl_certificate_key key.pem;
                proxy_set_header Host $http_host;
                proxy_set_header X-Forwarded-Proto https;
                proxy_set_header X-Forwarded-Host $http_host;
                proxy_set_header X-Forwarded-Uri $request_uri;
                server { listen 127.0.0.1:PORT ssl; server_name SSO; location / { proxy_pass DEX; } }
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
                """
                .replace("PORT", Integer.toString(port))
                .replace("UPSTREAM", upstream.url())
                .replace("PROXY", proxyUrl)
                .replace("DEX", dex.origin())
                .replace("APP", APP)
                .replace("AUTH", AUTH)
                .replace("SSO", SSO);
    }

    private String origin(String host) {
        return "https://" + host + ":" + port;
    }

    @Override
    public Backend backend() {
        var http = HttpOptions.builder()
                .tls(Tls.trusting(folder.resolve("authority.pem")))
                .connectTo("127.0.0.1", port)
                .connectTo(origin(AUTH), "127.0.0.1", port)
                .connectTo(origin(SSO), "127.0.0.1", port)
                .build();
        return Backend.at(origin(APP))
                .auth(Authenticator.oauth2Proxy(
                        options -> options.start(origin(AUTH) + "/oauth2/start").acceptConsent(true)))
                .http(http)
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
        nginx.close();
        upstream.close();
        dex.close();
    }
}

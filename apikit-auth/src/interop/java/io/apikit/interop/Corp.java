package io.apikit.interop;

import io.apikit.http.HttpOptions;
import io.apikit.http.Tls;
import io.apikit.testkit.tls.CertifiedKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A company whose hosts are one nginx with https: {@code app.corp.test}, {@code auth.corp.test}, and Dex at {@code
 * sso.corp.test}. No resolver knows the names, so that what is to be reached is named where it is called.
 */
final class Corp implements AutoCloseable {
    static final String APP = "app.corp.test";
    static final String AUTH = "auth.corp.test";
    static final String SSO = "sso.corp.test";

    private final int port = Ports.free();
    private final Path folder = Installed.emptyFolder("corp");
    private final Dex dex;
    private final Nginx nginx;

    /**
     * Starts it.
     *
     * @param redirectHost the host that Dex sends browsers back to
     * @param servers further virtual hosts of nginx; PORT in them is that of https
     */
    Corp(String redirectHost, String servers) {
        certify();
        this.dex = Dex.behind(origin(SSO) + Dex.PATH, callback(redirectHost));
        this.nginx =
                Nginx.start(folder, """
                ssl_certificate server.pem;
                ssl_certificate_key key.pem;
                proxy_set_header Host $http_host;
                proxy_set_header X-Forwarded-Proto https;
                proxy_set_header X-Forwarded-Host $http_host;
                proxy_set_header X-Forwarded-Uri $request_uri;
                server { listen 127.0.0.1:PORT ssl; server_name %s; location / { proxy_pass %s; } }
                %s
                """.formatted(SSO, dex.origin(), servers).replace("PORT", Integer.toString(port)));
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

    String origin(String host) {
        return "https://" + host + ":" + port;
    }

    String callback(String host) {
        return origin(host) + "/oauth2/callback";
    }

    /** Returns the way to these hosts, for a backend at the first of them. */
    HttpOptions.Builder http(String... hosts) {
        var options = HttpOptions.builder().tls(Tls.trusting(folder.resolve("authority.pem")));
        for (var host : hosts) {
            options.connectTo(origin(host), "127.0.0.1", port);
        }
        return options;
    }

    Dex dex() {
        return dex;
    }

    /** Returns the flags of a proxy that cannot resolve the name of Dex, and these. */
    String[] proxyFlags(String redirectHost, String... more) {
        return Stream.concat(
                        Stream.of(
                                "--redirect-url=" + callback(redirectHost),
                                "--skip-oidc-discovery",
                                "--login-url=" + dex.issuer() + "/auth",
                                "--redeem-url=" + dex.origin() + Dex.PATH + "/token",
                                "--oidc-jwks-url=" + dex.origin() + Dex.PATH + "/keys"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    @Override
    public void close() {
        nginx.close();
        dex.close();
    }
}

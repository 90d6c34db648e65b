package io.apikit.auth;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.apikit.http.HttpOptions;
import io.apikit.http.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A server with a certificate, made by the JDK's own keytool, that redirects whatever it is asked. */
final class HttpsRedirect implements AutoCloseable {
    private static final char[] STORE_PASSWORD = "in a temporary folder".toCharArray();

    private final HttpsServer server;
    private final Path folder;
    private final List<String> authorizations = new CopyOnWriteArrayList<>();

    private HttpsRedirect(Path folder, String location) throws IOException, GeneralSecurityException {
        this.folder = folder;
        this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context()));
        server.createContext("/", exchange -> {
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            exchange.getResponseHeaders().set("Location", location);
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.start();
    }

    static HttpsRedirect to(String location) throws IOException, InterruptedException, GeneralSecurityException {
        var folder = Files.createTempDirectory("apikit-https");
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var made = new ProcessBuilder(
                        keytool,
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "server",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "SAN=IP:127.0.0.1",
                        "-storepass",
                        new String(STORE_PASSWORD),
                        "-keystore",
                        folder.resolve("keys").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (made != 0) {
            throw new AssertionError("keytool ended with " + made);
        }
        return new HttpsRedirect(folder, location);
    }

    String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Options under which its certificate is good. */
    HttpOptions trusted() {
        return HttpOptions.builder()
                .tls(Tls.trusting(folder.resolve("certificate")))
                .build();
    }

    /** The header of each request so far. */
    List<String> authorizations() {
        return authorizations;
    }

    private SSLContext context() throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve("keys"))) {
            store.load(in, STORE_PASSWORD);
        }
        var encoded = Base64.getMimeEncoder()
                .encodeToString(store.getCertificate("server").getEncoded());
        Files.writeString(
                folder.resolve("certificate"),
                "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n");
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, STORE_PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        Files.delete(folder.resolve("keys"));
        Files.delete(folder.resolve("certificate"));
        Files.delete(folder);
    }
}

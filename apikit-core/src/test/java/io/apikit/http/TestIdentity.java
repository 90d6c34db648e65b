package io.apikit.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A fresh key and its self-signed certificate, made anew for each run. */
public final class TestIdentity {
    private static final String PASSWORD = "changeit";

    private final Path folder;
    private final String name;
    private final KeyStore store;

    private TestIdentity(Path folder, String name, KeyStore store) {
        this.folder = folder;
        this.name = name;
        this.store = store;
    }

    /** A key of this algorithm (RSA, EC or Ed25519), certified from so long ago for so long, for this host. */
    public static TestIdentity make(
            Path folder, String name, String algorithm, byte[] host, Duration since, Duration life)
            throws GeneralSecurityException, IOException {
        var keys = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        var from = Instant.now().minus(since);
        var certificate = TestCertificate.of(name, keys, signature(algorithm), host, from, from.plus(life));
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("it", keys.getPrivate(), PASSWORD.toCharArray(), new X509Certificate[] {certificate});
        return new TestIdentity(folder, name, store);
    }

    private static String signature(String algorithm) {
        return algorithm.equals("Ed25519") ? algorithm : algorithm.equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    }

    public Path certificate() throws GeneralSecurityException, IOException {
        return pem("CERTIFICATE", store.getCertificate("it").getEncoded());
    }

    public Path key() throws GeneralSecurityException, IOException {
        return pem("PRIVATE KEY", store.getKey("it", PASSWORD.toCharArray()).getEncoded());
    }

    private Path pem(String label, byte[] der) throws IOException {
        var text = "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + label + "-----\n";
        return Files.writeString(folder.resolve(name + "." + label.replace(' ', '-')), text, US_ASCII);
    }

    /** A server that shows this certificate. */
    public ServerSocket listen() throws GeneralSecurityException, IOException {
        return context(null).getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** The same, which demands the client's certificate. */
    public ServerSocket listenFor(TestIdentity client) throws GeneralSecurityException, IOException {
        var socket = (SSLServerSocket) context(client.trusted())
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        socket.setNeedClientAuth(true);
        return socket;
    }

    private SSLContext context(@Nullable TrustManagerFactory trust) throws GeneralSecurityException {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust == null ? null : trust.getTrustManagers(), null);
        return context;
    }

    private TrustManagerFactory trusted() throws GeneralSecurityException, IOException {
        var certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("it", store.getCertificate("it"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(certificates);
        return trust;
    }
}

package io.apikit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The certificate of a fake, made at its start, and the files that clients are told to trust. */
final class ServerCertificate implements AutoCloseable {
    private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

    /** The key store is never written. */
    private static final String STORE_PASSWORD = "in memory";

    private final List<SignedKey> chain;
    private final Path directory;

    /** @param chain the server's, and who signed it */
    private ServerCertificate(List<SignedKey> chain) throws IOException, GeneralSecurityException {
        this.chain = chain;
        this.directory = Files.createTempDirectory("apikit-testkit-tls");
        for (int i = 0; i < chain.size(); i++) {
            Files.writeString(file(i), pem(chain.get(i).certificate()));
        }
    }

    /** Empty for plain HTTP. */
    static Optional<ServerCertificate> of(TlsLevel level) {
        try {
            return level == TlsLevel.PLAIN ? Optional.empty() : Optional.of(new ServerCertificate(make(level)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256 and SHA-256", e);
        } catch (IOException e) {
            throw new UncheckedIOException("certificates: cannot write to the temporary directory", e);
        }
    }

    private static List<SignedKey> make(TlsLevel level) throws GeneralSecurityException {
        if (level == TlsLevel.SELF_SIGNED) {
            return List.of(SignedKey.selfSigned(CertificateContent.server()));
        }
        SignedKey authority = SignedKey.selfSigned(CertificateContent.authority());
        return switch (level) {
            case EXPIRED -> List.of(authority.signing(CertificateContent.expiredServer()), authority);
            case OTHER_HOST -> List.of(authority.signing(CertificateContent.otherServer()), authority);
            default -> List.of(authority.signing(CertificateContent.server()), authority);
        };
    }

    private static String pem(X509Certificate certificate) throws CertificateEncodingException {
        String text = PEM.encodeToString(certificate.getEncoded());
        return "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n";
    }

    private Path file(int position) {
        return directory.resolve(position == 0 ? "server.pem" : "ca.pem");
    }

    /** @throws IllegalStateException without a certificate */
    static Path certificatePem(Optional<ServerCertificate> certificate) {
        return certificate
                .map(own -> own.file(0))
                .orElseThrow(() -> new IllegalStateException("no certificate: it speaks plain HTTP"));
    }

    /** @throws IllegalStateException without a certificate, and where it is self-signed */
    static Path caPem(Optional<ServerCertificate> certificate) {
        return certificate
                .filter(own -> own.chain.size() > 1)
                .map(own -> own.file(1))
                .orElseThrow(() -> new IllegalStateException("no authority: plain HTTP or self-signed"));
    }

    SslContextFactory.Server tls() {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStore(keyStore());
        tls.setKeyStorePassword(STORE_PASSWORD);
        return tls;
    }

    /** Without Jetty. */
    SSLContext context() {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(keyStore(), STORE_PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK speaks TLS", e);
        }
    }

    private KeyStore keyStore() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            Certificate[] sent = chain.stream().map(SignedKey::certificate).toArray(Certificate[]::new);
            store.setKeyEntry("server", chain.get(0).key(), STORE_PASSWORD.toCharArray(), sent);
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK keeps PKCS12 in memory", e);
        }
    }

    @Override
    public void close() {
        try {
            for (int i = 0; i < chain.size(); i++) {
                Files.deleteIfExists(file(i));
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("certificates: cannot delete " + directory, e);
        }
    }
}

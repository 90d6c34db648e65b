package io.apikit.testkit.internal;

import io.apikit.testkit.tls.CertifiedKey;
import io.apikit.testkit.tls.TlsLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The certificate of a fake, made when the fake starts, and the files that clients can trust. */
public final class ServerCertificate implements AutoCloseable {
    private static final Duration DAY = Duration.ofDays(1);

    private final CertifiedKey server;
    private final Optional<CertifiedKey> authority;
    private final Path directory;

    /** @param authority empty if the server's certificate is self-signed */
    private ServerCertificate(CertifiedKey server, Optional<CertifiedKey> authority) throws IOException {
        this.server = server;
        this.authority = authority;
        this.directory = Files.createTempDirectory("apikit-testkit-tls");
        Files.writeString(serverFile(), server.certificatePem());
        if (authority.isPresent()) {
            Files.writeString(authorityFile(), authority.orElseThrow().certificatePem());
        }
    }

    /** Returns a new certificate of this level; empty for plain HTTP. */
    public static Optional<ServerCertificate> of(TlsLevel level) {
        try {
            return level == TlsLevel.PLAIN ? Optional.empty() : Optional.of(make(level));
        } catch (IOException e) {
            throw new UncheckedIOException("certificates: cannot write to the temporary directory", e);
        }
    }

    private static ServerCertificate make(TlsLevel level) throws IOException {
        if (level == TlsLevel.SELF_SIGNED) {
            return new ServerCertificate(loopback().build(), Optional.empty());
        }
        CertifiedKey authority =
                CertifiedKey.builder("Fake authority").authority().build();
        Instant yesterday = Instant.now().minus(DAY);
        CertifiedKey.Builder server = switch (level) {
            case EXPIRED -> loopback().validity(yesterday.minus(DAY), yesterday);
            case OTHER_HOST -> CertifiedKey.builder("elsewhere.example").host("elsewhere.example");
            default -> loopback();
        };
        return new ServerCertificate(server.signedBy(authority).build(), Optional.of(authority));
    }

    private static CertifiedKey.Builder loopback() {
        return CertifiedKey.builder("127.0.0.1").host("127.0.0.1").host("localhost");
    }

    private Path serverFile() {
        return directory.resolve("server.pem");
    }

    private Path authorityFile() {
        return directory.resolve("ca.pem");
    }

    /**
     * Returns the file with the server's own certificate.
     *
     * @throws IllegalStateException if there is no certificate
     */
    public static Path certificatePem(Optional<ServerCertificate> certificate) {
        return certificate
                .map(ServerCertificate::serverFile)
                .orElseThrow(() -> new IllegalStateException("no certificate: it speaks plain HTTP"));
    }

    /**
     * Returns the file with the certificate of the authority.
     *
     * @throws IllegalStateException if there is no certificate, or it is self-signed
     */
    public static Path caPem(Optional<ServerCertificate> certificate) {
        return certificate
                .filter(own -> own.authority.isPresent())
                .map(ServerCertificate::authorityFile)
                .orElseThrow(() -> new IllegalStateException("no authority: plain HTTP or self-signed"));
    }

    /** Returns the context for Jetty. */
    SslContextFactory.Server tls() {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setSslContext(context());
        return tls;
    }

    /** Returns a TLS context that presents the certificate. */
    public SSLContext context() {
        return server.sslContext();
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(serverFile());
            Files.deleteIfExists(authorityFile());
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("certificates: cannot delete " + directory, e);
        }
    }
}

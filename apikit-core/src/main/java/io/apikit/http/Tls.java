package io.apikit.http;

import io.apikit.http.internal.tls.ClientIdentity;
import io.apikit.http.internal.tls.PemFile;
import io.apikit.http.internal.tls.SslContexts;
import io.apikit.http.internal.tls.TrustedCertificates;
import java.nio.file.Path;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Which certificates a backend's client trusts, and which one it shows. Immutable and thread-safe. It applies to the
 * client that it is given to, and never to the whole JVM. Files are read once, when they are passed in: a bad one is an
 * {@link IllegalArgumentException} that names the file and the reason.
 */
public final class Tls {
    private static final Tls SYSTEM = new Tls(new TrustedCertificates.Installed(), null);
    private static final Tls INSECURE = new Tls(new TrustedCertificates.Anybody(), null);

    private final TrustedCertificates trust;
    private final @Nullable ClientIdentity identity;

    private Tls(TrustedCertificates trust, @Nullable ClientIdentity identity) {
        this.trust = trust;
        this.identity = identity;
    }

    /** Returns the default: trust in the Java installation's certificates, and a check of the host's name. */
    public static Tls system() {
        return SYSTEM;
    }

    /**
     * Returns trust in these certificates in place of the system's: those of a private authority, or a server's
     * self-signed one. The host's name is checked.
     *
     * @param pemCertificates a file with one or more certificates in PEM form
     */
    public static Tls trusting(Path pemCertificates) {
        return new Tls(
                new TrustedCertificates.Only(PemFile.read(pemCertificates).certificates()), null);
    }

    /**
     * Returns trust in any certificate and any host name. An attacker between the service and the backend can then read
     * and change everything, passwords too. Each client that is opened with it logs a warning.
     */
    public static Tls insecure() {
        return INSECURE;
    }

    /**
     * Returns a copy that shows a certificate to a backend that asks for one.
     *
     * @param pemChain a file with the client's certificate, followed by those of its issuers, in PEM form
     * @param pemKey a file with the certificate's private key in PKCS#8 form, not encrypted: RSA, EC or Ed25519
     */
    public Tls clientCertificate(Path pemChain, Path pemKey) {
        return new Tls(trust, ClientIdentity.read(pemChain, pemKey));
    }

    /** Returns whether nothing is checked: {@link #insecure()}, with or without a client's certificate. */
    public boolean isInsecure() {
        return trust instanceof TrustedCertificates.Anybody;
    }

    /**
     * Returns a new context with these settings, for a {@link Transport} of one's own. The context does not check the
     * host's name: the client that uses it has to, unless these settings are {@linkplain #isInsecure() insecure}.
     *
     * @throws IllegalStateException if this Java installation has no TLS
     */
    public SSLContext sslContext() {
        return SslContexts.of(trust, identity);
    }

    @Override
    public String toString() {
        var mode = trust.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        return "Tls[" + mode + (identity == null ? "]" : ", client certificate]");
    }
}

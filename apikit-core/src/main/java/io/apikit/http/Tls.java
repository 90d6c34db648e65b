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
 * Whom a backend's client trusts in TLS, and as whom it shows itself. Immutable and threadsafe; it holds for the one
 * client it is given to, never for the JVM. Files are read when they are named here, once: a bad one is an
 * {@link IllegalArgumentException} that says which and why.
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

    /** The default: the Java installation's certificates, and the host's name checked. */
    public static Tls system() {
        return SYSTEM;
    }

    /** These certificates in place of the system's: a private authority's, or a server's self-signed one. */
    public static Tls trusting(Path pemCertificates) {
        return new Tls(
                new TrustedCertificates.Only(PemFile.read(pemCertificates).certificates()), null);
    }

    /**
     * Any certificate and any host name: whoever is on the way can read and change everything, passwords too. Each
     * transport opened with it warns in the log.
     */
    public static Tls insecure() {
        return INSECURE;
    }

    /**
     * A copy that shows the backend a certificate when asked for one.
     *
     * @param pemChain the client's certificate, then those it was issued by
     * @param pemKey its private key in PKCS#8 form, not encrypted: RSA, EC or Ed25519
     */
    public Tls clientCertificate(Path pemChain, Path pemKey) {
        return new Tls(trust, ClientIdentity.read(pemChain, pemKey));
    }

    public boolean isInsecure() {
        return trust instanceof TrustedCertificates.Anybody;
    }

    public SSLContext sslContext() {
        return SslContexts.of(trust, identity);
    }

    @Override
    public String toString() {
        var mode = trust.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        return "Tls[" + mode + (identity == null ? "]" : ", client certificate]");
    }
}

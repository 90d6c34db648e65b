package io.apikit.http.internal.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Builds the JDK's TLS context for one client. The JVM's default context is neither used nor changed.
 *
 * <p>Apache's {@code SSLContextBuilder} and {@code TrustAllStrategy} would replace some lines here. They are not used,
 * because only {@code internal.client} may use Apache's client.
 */
public final class SslContexts {
    private static final char[] NO_PASSWORD = {};

    private SslContexts() {}

    /**
     * Returns a new context.
     *
     * @param identity the certificate that the client shows; null for none
     * @throws IllegalStateException if this Java installation has no TLS
     */
    public static SSLContext of(TrustedCertificates trust, @Nullable ClientIdentity identity) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(identity == null ? null : keyManagers(identity), trustManagers(trust), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java cannot set up TLS", e);
        }
    }

    /** The JDK takes null for the system's own trust managers. */
    private static TrustManager @Nullable [] trustManagers(TrustedCertificates trust)
            throws GeneralSecurityException, IOException {
        if (trust instanceof TrustedCertificates.Anybody) {
            return new TrustManager[] {new TrustedCertificates.TrustAllManager()};
        }
        return trust instanceof TrustedCertificates.Only only ? trustManagers(only.certificates()) : null;
    }

    private static TrustManager[] trustManagers(List<X509Certificate> certificates)
            throws GeneralSecurityException, IOException {
        var store = emptyStore();
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry("trusted-" + i, certificates.get(i));
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .map(manager -> manager instanceof X509ExtendedTrustManager trust
                        ? new TrustedCertificates.ValidityTrustManager(trust)
                        : manager)
                .toArray(TrustManager[]::new);
    }

    private static KeyManager[] keyManagers(ClientIdentity identity) throws GeneralSecurityException, IOException {
        var store = emptyStore();
        store.setKeyEntry(
                "client", identity.key(), NO_PASSWORD, identity.chain().toArray(X509Certificate[]::new));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}

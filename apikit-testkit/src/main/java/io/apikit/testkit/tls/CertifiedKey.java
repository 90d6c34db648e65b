package io.apikit.testkit.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * A private key and its X.509 certificate (RFC 5280), made for one test run. No certificate is stored that could
 * expire. Immutable and thread-safe.
 *
 * <p>Bouncy Castle writes the certificate: unlike OkHttp's {@code HeldCertificate} it also signs with Ed25519. It is
 * not installed as a security provider.
 *
 * <pre>{@code
 * CertifiedKey authority = CertifiedKey.builder("authority").authority().build();
 * CertifiedKey server = CertifiedKey.builder("server").host("127.0.0.1").signedBy(authority).build();
 * Files.writeString(folder.resolve("ca.pem"), authority.certificatePem());
 * SSLContext tls = server.sslContext();
 * }</pre>
 */
public final class CertifiedKey {
    /** The key store is never written to a file. */
    private static final char[] STORE_PASSWORD = "in memory".toCharArray();

    private final PrivateKey privateKey;
    private final List<X509Certificate> chain;

    private CertifiedKey(PrivateKey privateKey, List<X509Certificate> chain) {
        this.privateKey = privateKey;
        this.chain = List.copyOf(chain);
    }

    /**
     * Returns a builder of a self-signed certificate for a key on the curve P-256. It is valid from yesterday on, for
     * ten years, and for no host.
     */
    public static Builder builder(String commonName) {
        return new Builder(commonName);
    }

    /** Returns the certificate. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** Returns the certificate in PEM. */
    public String certificatePem() {
        try {
            return pem("CERTIFICATE", certificate().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was decoded can be encoded", e);
        }
    }

    /** Returns the private key in PEM, as PKCS#8 without a password. */
    public String privateKeyPem() {
        return pem("PRIVATE KEY", privateKey.getEncoded());
    }

    private static String pem(String label, byte[] content) {
        StringWriter text = new StringWriter();
        try (PemWriter pem = new PemWriter(text)) {
            pem.writeObject(new PemObject(label, content));
        } catch (IOException e) {
            throw new UncheckedIOException("a string writer does not fail", e);
        }
        return text.toString();
    }

    /**
     * Returns a TLS context that presents this certificate, and trusts these certificates alone. Without any it trusts
     * those that the JVM trusts by default.
     */
    public SSLContext sslContext(X509Certificate... trusted) {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            KeyStore store = emptyStore();
            store.setKeyEntry("own", privateKey, STORE_PASSWORD, chain.toArray(Certificate[]::new));
            keys.init(store, STORE_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trusted.length == 0 ? null : trustManagers(trusted), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK speaks TLS", e);
        }
    }

    private static TrustManager[] trustManagers(X509Certificate... trusted) throws GeneralSecurityException {
        KeyStore store = emptyStore();
        for (int i = 0; i < trusted.length; i++) {
            store.setCertificateEntry("trusted" + i, trusted[i]);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust.getTrustManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new UncheckedIOException("nothing is read", e);
        }
        return store;
    }

    /** Returns the subject of the certificate, without the key. */
    @Override
    public String toString() {
        return "CertifiedKey[" + certificate().getSubjectX500Principal() + "]";
    }

    /** Collects what a certificate states. Not thread-safe. */
    public static final class Builder {
        private static final int SERIAL_NUMBER_BITS = 64;

        private final SecureRandom random = new SecureRandom();
        private final X500Principal subject;
        private final List<GeneralName> hosts = new ArrayList<>();
        private Optional<CertifiedKey> issuer = Optional.empty();
        private String algorithm = "EC";
        private Instant from = Instant.now().minus(Duration.ofDays(1));
        private Instant until = from.plus(Duration.ofDays(3_650));
        private boolean authority;

        private Builder(String commonName) {
            subject = new X500Principal("CN=" + commonName);
        }

        /** Adds a host that the certificate is valid for: a name or an IP address. Repeatable. */
        public Builder host(String nameOrAddress) {
            boolean isAddress = nameOrAddress.matches("[\\d.]+") || nameOrAddress.contains(":");
            hosts.add(new GeneralName(isAddress ? GeneralName.iPAddress : GeneralName.dNSName, nameOrAddress));
            return this;
        }

        /** Sets when the certificate is valid. Default: from yesterday on, for 3,650 days. */
        public Builder validity(Instant from, Instant until) {
            this.from = from;
            this.until = until;
            return this;
        }

        /**
         * Sets the algorithm of the key: {@code RSA} (2,048 bits), {@code EC} (P-256) or {@code Ed25519}. Default: EC.
         */
        public Builder algorithm(String name) {
            algorithm = name;
            return this;
        }

        /** Allows the certificate to sign others. */
        public Builder authority() {
            authority = true;
            return this;
        }

        /** Has the certificate signed by this authority. Default: it is self-signed. */
        public Builder signedBy(CertifiedKey issuer) {
            this.issuer = Optional.of(issuer);
            return this;
        }

        /**
         * Makes the key and its certificate.
         *
         * @throws IllegalArgumentException if the algorithm is unknown
         */
        public CertifiedKey build() {
            try {
                KeyPair keys = keys();
                PrivateKey signing = issuer.map(other -> other.privateKey).orElse(keys.getPrivate());
                List<X509Certificate> chain = new ArrayList<>();
                chain.add(sign(content(keys), signing));
                issuer.ifPresent(other -> chain.addAll(other.chain));
                return new CertifiedKey(keys.getPrivate(), chain);
            } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
                throw new IllegalArgumentException("no certificate for a key of the algorithm " + algorithm, e);
            }
        }

        private KeyPair keys() throws GeneralSecurityException {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("RSA")) {
                generator.initialize(2_048);
            } else if (algorithm.equals("EC")) {
                generator.initialize(256);
            }
            return generator.generateKeyPair();
        }

        private X509v3CertificateBuilder content(KeyPair keys) throws CertIOException {
            X500Principal signer = issuer.map(other -> other.certificate().getSubjectX500Principal())
                    .orElse(subject);
            BigInteger serialNumber = new BigInteger(SERIAL_NUMBER_BITS, random);
            X509v3CertificateBuilder content = new JcaX509v3CertificateBuilder(
                    signer, serialNumber, Date.from(from), Date.from(until), subject, keys.getPublic());
            if (authority) {
                content.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            }
            if (!hosts.isEmpty()) {
                GeneralNames names = new GeneralNames(hosts.toArray(GeneralName[]::new));
                content.addExtension(Extension.subjectAlternativeName, false, names);
            }
            return content;
        }

        private static X509Certificate sign(X509v3CertificateBuilder content, PrivateKey key)
                throws GeneralSecurityException, OperatorCreationException {
            String signature = switch (key.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> "Ed25519";
            };
            ContentSigner signer = new JcaContentSignerBuilder(signature).build(key);
            return new JcaX509CertificateConverter().getCertificate(content.build(signer));
        }
    }
}

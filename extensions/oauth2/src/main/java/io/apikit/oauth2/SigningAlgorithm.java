package io.apikit.oauth2;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The algorithms of a client assertion (RFC 7518, section 3), as the JDK names them. */
enum SigningAlgorithm {
    RS256("SHA256withRSA", null, "RSA", 0),
    PS256("RSASSA-PSS", new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1), "RSA", 0),
    ES256("SHA256withECDSAinP1363Format", null, "EC", 256),
    ES384("SHA384withECDSAinP1363Format", null, "EC", 384),
    ES512("SHA512withECDSAinP1363Format", null, "EC", 521);

    /** RFC 7518, section 3.3. */
    private static final int LEAST_RSA_BITS = 2048;

    private final String name;

    @SuppressWarnings("ImmutableEnumChecker") // all of the JDK are immutable
    private final @Nullable AlgorithmParameterSpec parameters;

    private final String keyType;
    private final int curveBits;

    SigningAlgorithm(String name, @Nullable AlgorithmParameterSpec parameters, String keyType, int curveBits) {
        this.name = name;
        this.parameters = parameters;
        this.keyType = keyType;
        this.curveBits = curveBits;
    }

    /** @throws IllegalArgumentException for any other name; the message lists the known ones */
    static SigningAlgorithm named(String name) {
        return Arrays.stream(values())
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("signingAlgorithm must be one of "
                        + Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", ")) + ", not '"
                        + LogLine.of(name) + "'"));
    }

    /** Returns the algorithm for a key: ES256 to ES512 by its curve, PS256 if it is for that alone, else RS256. */
    static Optional<SigningAlgorithm> of(PrivateKey key) {
        return Arrays.stream(values()).filter(each -> each.fits(key)).findFirst();
    }

    /** Returns whether this algorithm signs with such a key. */
    boolean fits(PrivateKey key) {
        if (key instanceof ECPrivateKey curve) {
            return keyType.equals("EC")
                    && curve.getParams().getCurve().getField().getFieldSize() == curveBits;
        }
        var isForPss = key.getAlgorithm().equals("RSASSA-PSS");
        return keyType.equals("RSA")
                && key instanceof RSAKey rsa
                && rsa.getModulus().bitLength() >= LEAST_RSA_BITS
                && (this == PS256 || !isForPss);
    }

    byte[] sign(PrivateKey key, byte[] text) {
        try {
            var signature = Signature.getInstance(name);
            if (parameters != null) {
                signature.setParameter(parameters);
            }
            signature.initSign(key);
            signature.update(text);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot sign with " + name(), e);
        }
    }
}

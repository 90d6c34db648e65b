package io.apikit.ops;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * An HMAC-SHA256 (RFC 2104) under a key that exists in this object only: a digest of a secret tells nothing of it, not even
 * to who can guess at secrets. Threadsafe.
 */
public final class KeyedDigest {
    private static final String ALGORITHM = "HmacSHA256";

    private final Mac keyed;

    /** Under a new random key. */
    public KeyedDigest() {
        var key = new byte[32];
        new SecureRandom().nextBytes(key);
        try {
            keyed = Mac.getInstance(ALGORITHM);
            keyed.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** One to be fed and finished; by one thread. */
    public Mac begin() {
        try {
            return (Mac) keyed.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's own " + ALGORITHM + " can be cloned", e);
        }
    }
}

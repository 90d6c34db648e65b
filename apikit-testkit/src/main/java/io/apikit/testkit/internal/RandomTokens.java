package io.apikit.testkit.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** Makes opaque values that cannot be guessed. */
public final class RandomTokens {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

    private RandomTokens() {}

    /** Returns 192 random bits as 32 characters of base64url. */
    public static String next() {
        byte[] bits = new byte[24];
        RANDOM.nextBytes(bits);
        return TEXT.encodeToString(bits);
    }

    /** Returns the SHA-256 digest of the value in base64url. */
    public static String digest(String value) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return TEXT.encodeToString(sha.digest(value.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

package io.apikit.auth.internal.sharing;

import io.apikit.http.Deadline;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A hash of a password that takes long, so that who has the store and its secret can try few passwords: PBKDF2 (RFC 8018)
 * with HMAC-SHA512. Two at most are computed at a time in a process. Thread-safe.
 *
 * <p>One takes about 80 ms of a core, on a machine of 2024. Of the algorithms of the JDK, it is the one whose time is nearest
 * to that of an attacker: processors have instructions for SHA-256, and many of its operations fit on a graphics card. The
 * number of iterations is part of each key, so another number makes every record of before a miss.
 */
public final class SlowPasswordHash {
    private static final String ALGORITHM = "PBKDF2WithHmacSHA512";
    private static final int ITERATIONS = 100_000;
    private static final int BITS = 256;
    private static final int MOST_AT_A_TIME = 2;

    static final Semaphore PERMITS = new Semaphore(MOST_AT_A_TIME, true);

    private SlowPasswordHash() {}

    /**
     * Returns the hash: 32 bytes.
     *
     * @param salt different for each user of each backend, and the same in all replicas
     * @param deadline until when it waits for its turn
     * @return empty at the deadline, and for a thread that is interrupted, which stays so
     */
    public static Optional<byte[]> hash(String password, String salt, Deadline deadline) {
        try {
            if (!PERMITS.tryAcquire(deadline.leftNanos(), TimeUnit.NANOSECONDS)) {
                return Optional.empty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        try {
            return Optional.of(hash(password.toCharArray(), salt.getBytes(StandardCharsets.UTF_8)));
        } finally {
            PERMITS.release();
        }
    }

    /** A lone half of a surrogate pair is hashed as a question mark, as it is sent. */
    private static byte[] hash(char[] password, byte[] salt) {
        var spec = new PBEKeySpec(password, salt, ITERATIONS, BITS);
        try {
            return SecretKeyFactory.getInstance(ALGORITHM).generateSecret(spec).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        } finally {
            spec.clearPassword();
            Arrays.fill(password, '\0');
        }
    }
}

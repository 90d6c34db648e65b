package io.apikit.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Turns an account into the key a session is found by: an HMAC-SHA256 (RFC 2104) under a key that exists in this
 * process only. No password is a map key, and a key tells nothing of its password. Threadsafe.
 */
final class CredentialsDigest {
    private static final String ALGORITHM = "HmacSHA256";
    private final Mac keyed;

    CredentialsDigest() {
        var key = new byte[32];
        new SecureRandom().nextBytes(key);
        try {
            keyed = Mac.getInstance(ALGORITHM);
            keyed.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    SessionKey of(Account account) {
        var mac = copy();
        mac.update((byte) (account.ofService() ? 's' : 'c'));
        var credentials = account.credentials();
        if (credentials instanceof Credentials.Password password) {
            mac.update((byte) 'p');
            part(mac, password.username());
            part(mac, password.password());
        } else if (credentials instanceof Credentials.Bearer bearer) {
            mac.update((byte) 'b');
            part(mac, bearer.token());
        }
        var digest = ByteBuffer.wrap(mac.doFinal());
        return new SessionKey(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
    }

    /** Length first, so that no two pairs run together. */
    private static void part(Mac mac, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(4).putInt(0, bytes.length));
        mac.update(bytes);
    }

    private Mac copy() {
        try {
            return (Mac) keyed.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's own " + ALGORITHM + " can be cloned", e);
        }
    }

    /** 256 bits of digest; nothing of the credentials can be had back from it. */
    record SessionKey(long a, long b, long c, long d) {}
}

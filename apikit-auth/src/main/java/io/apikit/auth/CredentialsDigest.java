package io.apikit.auth;

import io.apikit.ops.KeyedDigest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.crypto.Mac;

/**
 * Turns an account into the key a session is found by: an HMAC-SHA256 (RFC 2104) under a key that exists in this
 * process only. No password is a map key, and a key tells nothing of its password. Threadsafe.
 */
final class CredentialsDigest {
    private final KeyedDigest keyed = new KeyedDigest();

    SessionKey of(Account account) {
        var mac = keyed.begin();
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
        return key(mac);
    }

    /** Of a name alone: the same whatever the password. */
    SessionKey ofUser(String username) {
        var mac = keyed.begin();
        mac.update((byte) 'u');
        part(mac, username);
        return key(mac);
    }

    private static SessionKey key(Mac mac) {
        var digest = ByteBuffer.wrap(mac.doFinal());
        return new SessionKey(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
    }

    /** Length first, so that no two pairs run together. */
    private static void part(Mac mac, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(4).putInt(0, bytes.length));
        mac.update(bytes);
    }

    /** 256 bits of digest; nothing of the credentials can be had back from it. */
    record SessionKey(long a, long b, long c, long d) {}
}

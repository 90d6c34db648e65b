package io.apikit.auth.internal.logins;

import io.apikit.internal.util.KeyedDigest;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Turns an account into the key of its session: an HMAC-SHA256 (RFC 2104) with a secret that exists in this process
 * only. So no password is a map key, and a key reveals nothing of its password. Thread-safe.
 */
public final class SessionKeys {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final KeyedDigest digest = new KeyedDigest();

    /**
     * Returns the key of an account.
     *
     * @param owner whose the account is
     * @param kind the kind of its credentials
     * @param first the user name, or the only part that credentials of this kind have
     * @param second the password, or nothing
     */
    public SessionKey of(char owner, char kind, String first, String second) {
        return key(owner, kind, utf8(first), utf8(second));
    }

    /** Returns the key of a user name, without a password. */
    public SessionKey ofUser(String username) {
        return key('u', '-', utf8(username), new byte[0]);
    }

    /** The length stands before each part, so that no two pairs give the same message. */
    private SessionKey key(char owner, char kind, byte[] first, byte[] second) {
        var message = new byte[2 + 2 * Integer.BYTES + first.length + second.length];
        message[0] = (byte) owner;
        message[1] = (byte) kind;
        put(second, message, put(first, message, 2));
        var bytes = digest.digest(message);
        return new SessionKey(at(bytes, 0), at(bytes, 8), at(bytes, 16), at(bytes, 24));
    }

    /** Returns the index after the part. */
    private static int put(byte[] part, byte[] into, int at) {
        INTS.set(into, at, part.length);
        System.arraycopy(part, 0, into, at + Integer.BYTES, part.length);
        return at + Integer.BYTES + part.length;
    }

    private static long at(byte[] digest, int index) {
        return (long) LONGS.get(digest, index);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A digest of 256 bits, from which the credentials cannot be restored. Each request hashes and compares its key. What
     * a record does for that is a chain of method handles, which is linked at the first request and is slow until it is
     * compiled.
     */
    public record SessionKey(long a, long b, long c, long d) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof SessionKey key && a == key.a && b == key.b && c == key.c && d == key.d;
        }

        /** Any of its bits are as good as all: it is a digest. */
        @Override
        public int hashCode() {
            return Long.hashCode(a);
        }
    }
}

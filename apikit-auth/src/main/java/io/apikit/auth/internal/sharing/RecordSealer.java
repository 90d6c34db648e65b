package io.apikit.auth.internal.sharing;

import io.apikit.auth.internal.sharing.KeyFile.StoreSecret;
import io.apikit.internal.util.KeyedDigest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals values with AES-256-GCM (NIST SP 800-38D) under keys made from one secret by HKDF-SHA256 (RFC 5869). The associated
 * data is the key of the record and its format, so a value that was moved to another record does not open.
 *
 * <p>Each value has a key of its own, made from a random salt. So the number of values under one secret has no limit:
 * random nonces of 96 bits under one key repeat after some 2^32 values.
 *
 * <p>Sealed bytes: the format, 16 bytes of salt, 12 bytes of nonce, the encrypted bytes, 16 bytes of tag. Thread-safe.
 */
final class RecordSealer {
    /** For what is no secret. */
    static final KeyedDigest PUBLIC = new KeyedDigest(new byte[32]);

    private static final byte[] NAMES = utf8("apikit1 names");
    private static final byte[] VALUES = utf8("apikit1 values");
    private static final int SALT = 16;
    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final int HEAD = 1 + SALT + NONCE;
    private static final int LONGEST = HEAD + RecordWriter.MOST + TAG;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final KeyedDigest names;
    private final KeyedDigest values;

    RecordSealer(StoreSecret secret) {
        // Extract (RFC 5869, section 2.2) with no salt: the secret is random. Then expand to one block of 32 bytes
        // each.
        var extracted = PUBLIC.digest(secret.bytes());
        var expansion = new KeyedDigest(extracted);
        this.names = expanded(expansion, NAMES);
        this.values = expanded(expansion, VALUES);
        Arrays.fill(extracted, (byte) 0);
    }

    private static KeyedDigest expanded(KeyedDigest expansion, byte[] info) {
        var key = expansion.digest(withBlockNumber(info));
        var digest = new KeyedDigest(key);
        Arrays.fill(key, (byte) 0);
        return digest;
    }

    private static byte[] withBlockNumber(byte[] info) {
        var message = Arrays.copyOf(info, info.length + 1);
        message[info.length] = 1;
        return message;
    }

    /** Returns what makes keys of names. */
    KeyedDigest names() {
        return names;
    }

    byte[] seal(String key, int format, byte[] plain) {
        if (format < 1 || format > Byte.MAX_VALUE) {
            throw new IllegalArgumentException("a format has a number of 1 to 127, not " + format);
        }
        var head = new byte[HEAD];
        RANDOM.nextBytes(head);
        head[0] = (byte) format;
        try {
            var sealed = Arrays.copyOf(head, HEAD + plain.length + TAG);
            cipher(Cipher.ENCRYPT_MODE, head, key).doFinal(plain, 0, plain.length, sealed, HEAD);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-256-GCM", e);
        }
    }

    Optional<byte[]> open(String key, int format, byte[] sealed) {
        if (sealed.length < HEAD + TAG || sealed.length > LONGEST || sealed[0] != format) {
            return Optional.empty();
        }
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, sealed, key).doFinal(sealed, HEAD, sealed.length - HEAD));
        } catch (AEADBadTagException ignored) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-256-GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] head, String key) throws GeneralSecurityException {
        var own = values.digest(withBlockNumber(Arrays.copyOfRange(head, 1, 1 + SALT)));
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(own, "AES"), new GCMParameterSpec(TAG * Byte.SIZE, head, 1 + SALT, NONCE));
        Arrays.fill(own, (byte) 0);
        var name = utf8(key);
        cipher.updateAAD(ByteBuffer.allocate(Integer.BYTES + name.length)
                .putInt(head[0])
                .put(name)
                .flip());
        return cipher;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "RecordSealer";
    }
}

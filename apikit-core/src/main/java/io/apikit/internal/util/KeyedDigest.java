package io.apikit.internal.util;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Computes HMAC-SHA256 (RFC 2104) under one key. A digest reveals nothing of a secret, not even to someone who tries out
 * possible secrets, unless the key is known. Thread-safe.
 */
public final class KeyedDigest {
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    /**
     * Setting up a {@code Mac} takes longer than a digest, so it is used again: by any thread, since a virtual thread
     * computes one digest and ends. There are never more than were in use at the same time.
     */
    private final ConcurrentLinkedQueue<Mac> idle = new ConcurrentLinkedQueue<>();

    /** Generates a new key, which only this object knows. */
    public KeyedDigest() {
        this(random());
    }

    /** Takes a key, of which it keeps a copy. */
    public KeyedDigest(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    private static byte[] random() {
        var random = new byte[32];
        new SecureRandom().nextBytes(random);
        return random;
    }

    /** Returns the digest of a message: 32 bytes. */
    public byte[] digest(byte[] message) {
        var idleMac = idle.poll();
        var mac = idleMac == null ? newMac() : idleMac;
        var digest = mac.doFinal(message);
        // doFinal has reset it: it keeps nothing of the message.
        idle.add(mac);
        return digest;
    }

    /** Not called before the first message: the search through the platform's providers would slow down the start. */
    private Mac newMac() {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}

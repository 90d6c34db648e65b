package io.apikit.internal.util;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * An HMAC-SHA256 (RFC 2104) under a key that exists in this object only: a digest of a secret tells nothing of it, not even
 * to who can guess at secrets. Threadsafe.
 */
public final class KeyedDigest {
    private static final String ALGORITHM = "HmacSHA256";

    /** A power of two, and more than threads are running at once as a rule; one that finds none makes its own. */
    private static final int PLACES = 64;

    private final SecretKeySpec key;

    /** Made for the first message: to look through the platform's providers takes long at the start of a service. */
    private volatile @Nullable Mac keyed;

    /** A copy costs twice what a digest costs. By place, not by thread: a virtual one digests once and is gone. */
    private final AtomicReferenceArray<@Nullable Mac> idle = new AtomicReferenceArray<>(PLACES);

    /** Under a new random key. */
    public KeyedDigest() {
        var random = new byte[32];
        new SecureRandom().nextBytes(random);
        key = new SecretKeySpec(random, ALGORITHM);
    }

    /** The 32 bytes of its digest. */
    public byte[] of(byte[] message) {
        @SuppressWarnings("deprecation") // its successor is of 19
        var place = (int) Thread.currentThread().getId() & (PLACES - 1);
        var mac = idle.getAndSet(place, null);
        if (mac == null) {
            mac = copy();
        }
        var digest = mac.doFinal(message);
        // It has begun anew, and keeps nothing of the message.
        idle.setRelease(place, mac);
        return digest;
    }

    private Mac copy() {
        var first = keyed;
        if (first == null) {
            first = first();
            keyed = first;
        }
        try {
            return (Mac) first.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's own " + ALGORITHM + " can be cloned", e);
        }
    }

    private Mac first() {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}

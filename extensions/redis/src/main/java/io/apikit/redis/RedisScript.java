package io.apikit.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** What runs in Redis at once, and alone: each is a file of the same name beside this class. */
enum RedisScript {
    READ,
    LEASE,
    EXTEND,
    RELEASE,
    WRITE,
    ALIVE,
    LEAVE,
    TIME,
    SEND;

    private final String text;
    private final String digest;

    RedisScript() {
        text = file("common") + file(name().toLowerCase(Locale.ROOT));
        digest = sha1(text);
    }

    String text() {
        return text;
    }

    /** Returns the name under which Redis knows it once it has run. */
    String digest() {
        return digest;
    }

    private static String file(String name) {
        try (var in = RedisScript.class.getResourceAsStream(name + ".lua")) {
            if (in == null) {
                throw new IllegalStateException("the jar of apikit-redis has no " + name + ".lua");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the script " + name + " cannot be read", e);
        }
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}

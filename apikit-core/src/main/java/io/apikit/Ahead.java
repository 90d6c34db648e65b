package io.apikit;

import java.lang.management.ManagementFactory;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Mac;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the JVM set up what a service is about to need and what takes long, on a thread beside the one that starts it, once.
 * Only parts of the JDK that any thread may ask for at any time; what goes wrong here goes wrong again, and is told, where
 * it is needed.
 */
final class Ahead {
    private static final Logger LOG = LoggerFactory.getLogger(Ahead.class);
    private static final AtomicBoolean BEGUN = new AtomicBoolean();

    private Ahead() {}

    /** Returns at once. */
    static void begin() {
        if (BEGUN.compareAndSet(false, true)) {
            var beside = new Thread(Ahead::setUp, "apikit-ahead");
            beside.setDaemon(true);
            beside.start();
        }
    }

    private static void setUp() {
        try {
            // The languages that Jetty may meet; what digests credentials; what the meters read.
            var languages = Locale.getAvailableLocales().length;
            var digest = Mac.getInstance("HmacSHA256").getProvider();
            var system = ManagementFactory.getOperatingSystemMXBean().getName();
            LOG.trace("{} locales, HMAC of {}, meters of {}", languages, digest, system);
        } catch (NoSuchAlgorithmException | RuntimeException later) {
            LOG.debug("not set up ahead", later);
        }
    }
}

package io.apikit;

/**
 * Tells Jetty how many references a cache line holds. Left alone it asks the platform's MBean server for one flag of the
 * JVM, and that server, which nothing else in a service needs, is slow to start.
 */
final class CacheLine {
    private static final String REFERENCES = "org.eclipse.jetty.util.referencesPerCacheLine";

    /** References are compressed to 4 bytes in a smaller heap; a cache line has 64. */
    private static final long COMPRESSED_BELOW_BYTES = 32L << 30;

    private CacheLine() {}

    /** Before Jetty wonders. Does nothing where somebody has set it, or for a heap of which it cannot be known. */
    static void tellJetty() {
        if (Runtime.getRuntime().maxMemory() < COMPRESSED_BELOW_BYTES && System.getProperty(REFERENCES) == null) {
            System.setProperty(REFERENCES, "16");
        }
    }
}

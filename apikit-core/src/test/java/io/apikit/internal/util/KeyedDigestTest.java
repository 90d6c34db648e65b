package io.apikit.internal.util;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class KeyedDigestTest {
    private static final int THREADS = 8;

    private final KeyedDigest digest = new KeyedDigest();

    @Test
    void theSameMessageHasTheSameDigest() {
        var first = digest.digest("alice".getBytes(UTF_8));

        var other = digest.digest("bob".getBytes(UTF_8));

        assertThat(digest.digest("alice".getBytes(UTF_8))).isEqualTo(first).isNotEqualTo(other);
        assertThat(first).hasSize(32);
    }

    @Test
    void anotherKeyGivesAnotherDigest() {
        assertThat(new KeyedDigest().digest("alice".getBytes(UTF_8)))
                .isNotEqualTo(digest.digest("alice".getBytes(UTF_8)));
    }

    @Test
    void threadsDoNotInterfere() throws Exception {
        var start = new CyclicBarrier(THREADS);
        var threads = Executors.newFixedThreadPool(THREADS);
        try {
            var differing = new ArrayList<Future<Integer>>();
            for (int i = 0; i < THREADS; i++) {
                differing.add(threads.submit(differing(start, ("caller-" + i).getBytes(UTF_8))));
            }
            assertThat(differing).map(KeyedDigestTest::ended).containsOnly(0);
        } finally {
            threads.shutdownNow();
        }
    }

    private Callable<Integer> differing(CyclicBarrier start, byte[] message) {
        var expected = digest.digest(message);
        return () -> {
            start.await();
            int differing = 0;
            for (int i = 0; i < 20_000; i++) {
                differing += Arrays.equals(expected, digest.digest(message)) ? 0 : 1;
            }
            return differing;
        };
    }

    private static int ended(Future<Integer> count) {
        try {
            return count.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}

package io.apikit.auth.internal.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NewsReadersTest {
    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final List<Integer> read = new ArrayList<>();
    private final StoreSchedule schedule = new StoreSchedule() {
        @Override
        public void execute(Runnable task) {
            threads.add(task);
        }
    };

    @Test
    void burstOfNewsUsesFewThreads() {
        var readers = new NewsReaders<Integer>(schedule, read::add);
        IntStream.range(0, 1_000).forEach(readers::add);
        IntStream.range(0, 1_000).forEach(readers::add);

        assertThat(threads).hasSize(NewsReaders.MOST);
        runAll();

        assertThat(read).hasSize(1_000).doesNotHaveDuplicates();
        readers.add(7);
        runAll();
        assertThat(read).hasSize(1_001);
    }

    /** What comes during a reading may not be in its result. */
    @Test
    void newsDuringAReadingIsReadAfterIt() {
        var readers = new ArrayList<NewsReaders<Integer>>();
        readers.add(new NewsReaders<>(schedule, session -> {
            read.add(session);
            if (read.size() == 1) {
                readers.get(0).add(session);
            }
        }));

        readers.get(0).add(1);
        runAll();

        assertThat(read).containsExactly(1, 1);
    }

    @Test
    void readingThatThrowsEndsNoOther() {
        var readers = new NewsReaders<Integer>(schedule, session -> {
            if (session < 10) {
                throw new IllegalStateException("of one session");
            }
            read.add(session);
        });
        IntStream.range(0, 20).forEach(readers::add);

        runAll();

        assertThat(read).hasSize(10);
    }

    private void runAll() {
        while (!threads.isEmpty()) {
            try {
                threads.remove().run();
            } catch (IllegalStateException ignored) {
                // It ends its thread.
            }
        }
    }
}

package io.apikit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class DaemonsTest extends FakesTest {
    @Test
    void noThreadOfTheFakesHoldsTheJvm() {
        alice(new Browser());

        assertThat(holding()).noneMatch(name -> name.contains("fake") || name.contains("Scheduler"));
    }

    private static Set<String> holding() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon())
                .map(Thread::getName)
                .collect(Collectors.toSet());
    }
}

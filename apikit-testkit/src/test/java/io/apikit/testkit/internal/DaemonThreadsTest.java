package io.apikit.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.support.ProxyLoginFixture;
import io.apikit.testkit.support.TestBrowser;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class DaemonThreadsTest extends ProxyLoginFixture {
    @Test
    void noThreadOfTheFakesHoldsTheJvm() {
        alice(new TestBrowser());

        assertThat(holding()).noneMatch(name -> name.contains("fake") || name.contains("Scheduler"));
    }

    private static Set<String> holding() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon())
                .map(Thread::getName)
                .collect(Collectors.toSet());
    }
}

package io.apikit.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

final class RecentEventsTest {
    @Test
    void onlyTheLastEventsAreKept() {
        RecentEvents<String> events = new RecentEvents<>(2);
        events.add("a");
        events.add("b");
        events.add("c");

        assertThat(events.all()).containsExactly("b", "c");
        assertThat(events.count()).isEqualTo(3);
        assertThat(events.numbered(3)).isEqualTo("c");
        assertThatIllegalStateException().isThrownBy(() -> events.numbered(1));
    }

    @Test
    void fewerLargeEventsAreKept() {
        RecentEvents<String> events = new RecentEvents<>(10, 5, String::length);
        events.add("aa");
        events.add("bb");
        events.add("c");
        assertThat(events.all()).hasSize(3);
        events.add("dddddddd");

        assertThat(events.all()).containsExactly("c", "dddddddd");
    }
}

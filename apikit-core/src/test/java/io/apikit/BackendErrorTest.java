package io.apikit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class BackendErrorTest {
    @Test
    void hasTheStandardReasonPhrase() {
        assertThat(BackendError.of(404, null).reason()).isEqualTo("Not Found");
        assertThat(BackendError.internal("x").reason()).isEqualTo("Internal Server Error");
        assertThat(BackendError.of(599, null).reason()).isEqualTo("Status 599");
    }

    @Test
    void isOfStatus400To599Only() {
        assertThat(BackendError.of(400, null).statusCode()).isEqualTo(400);
        assertThat(BackendError.of(599, null).statusCode()).isEqualTo(599);
        for (var status : new int[] {399, 600, 200}) {
            assertThatThrownBy(() -> BackendError.of(status, null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("" + status);
        }
    }

    @Test
    void withersLeaveTheOriginalAlone() {
        var error = BackendError.of(503, "content");
        var more = error.withHeader("Retry-After", "1")
                .withHeader("retry-after", "2")
                .withContent(null);
        assertThat(error.headers()).isEmpty();
        assertThat(error.content()).contains("content");
        assertThat(more.headers()).hasSize(1).containsEntry("retry-after", "2");
        assertThat(more.content()).isEmpty();
        assertThat(more.getStackTrace()).isEqualTo(error.getStackTrace());
    }

    @Test
    void takesACauseAndKeepsItInCopies() {
        var cause = new IOException("reset");
        var error = BackendError.of(502, "no answer");
        error.initCause(cause);
        assertThat(error.withHeader("A", "b").withContent("c")).hasCause(cause);
    }

    @Test
    void refusesAHeaderThatWouldSplitTheAnswer() {
        var error = BackendError.of(502, null);
        assertThatThrownBy(() -> error.withHeader("X-Ok", "a\r\nSet-Cookie: b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("X-Ok");
        assertThatThrownBy(() -> error.withHeader("X Bad:\n", "a")).isInstanceOf(IllegalArgumentException.class);
    }
}

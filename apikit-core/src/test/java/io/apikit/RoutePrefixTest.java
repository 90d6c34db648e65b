package io.apikit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutePrefixTest {
    @Test
    void areOrderedLongestFirstRootLastEachOnce() {
        assertThat(RoutePrefix.parseAll("/", "a", "/a/", "", "/longer", "a/b"))
                .extracting(RoutePrefix::path)
                .containsExactly("/longer", "/a/b", "/a", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/{a}", "<a>", "/a*", "*", "/a b", "/a?b", "/a#b", "//", "/a//b", "a\\b", "/..", "/a/./b", "/a%2Fb",
                "/\u00e9", "/a\r\nb", "/:a", "///"
            })
    void anythingButALiteralPathIsRefusedByName(String prefix) {
        assertThatThrownBy(() -> Running.builder().routePrefixes("/fine", prefix))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + prefix + "\"");
        assertThatThrownBy(() -> new ApiPlugin(Running.METADATA, c -> c.routePrefixes(prefix)))
                .isInstanceOf(IllegalArgumentException.class);
        try (var running = new Running(Running.builder().build())) {
            assertThatThrownBy(() -> ((ApiApp) running.app()).addRoutePrefix(prefix))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void noneAtAllIsRefused() {
        assertThatThrownBy(() -> Running.builder().routePrefixes()).isInstanceOf(IllegalArgumentException.class);
    }
}

package io.apikit.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationHeaderTest {
    @Test
    void basicIsReadAsItWasWritten() {
        var header = AuthorizationHeader.basic("alice", "a:b\u20ac");

        var read = AuthorizationHeader.parseBasic(header).orElseThrow();

        assertThat(read.username()).isEqualTo("alice");
        assertThat(read.password()).isEqualTo("a:b\u20ac");
        assertThat(read.toString()).doesNotContain("alice", "a:b");
    }

    @Test
    void basicThatIsNoUtf8IsLatin1() {
        var pair = "j\u00fcrgen:p\u00e4ss".getBytes(StandardCharsets.ISO_8859_1);

        var read = AuthorizationHeader.parseBasic(
                        "bAsIc  " + Base64.getEncoder().encodeToString(pair))
                .orElseThrow();

        assertThat(read.username()).isEqualTo("j\u00fcrgen");
        assertThat(read.password()).isEqualTo("p\u00e4ss");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic", "Basic ", "Basic !", "Basic Og==", "Basic YWxpY2U=", "Bearer YWxpY2U6eA=="})
    void malformedBasicIsEmpty(String header) {
        assertThat(AuthorizationHeader.parseBasic(header)).isEmpty();
    }

    @Test
    void bearerIsReadAsItWasWritten() {
        assertThat(AuthorizationHeader.parseBearer(AuthorizationHeader.bearer("a.b.c=")))
                .contains("a.b.c=");
        assertThat(AuthorizationHeader.parseBearer("BEARER  a.b")).contains("a.b");
        assertThat(AuthorizationHeader.parseBearer("Bearer a b")).isEmpty();
        assertThat(AuthorizationHeader.parseBearer("Basic a")).isEmpty();
    }
}

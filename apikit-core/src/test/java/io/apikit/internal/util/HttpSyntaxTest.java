package io.apikit.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSyntaxTest {
    private static final int LAST = 0x3000;

    @Test
    void tokenIsOneOfRfc9110() {
        assertSameAs("[!#$%&'*+.^_`|~0-9A-Za-z-]", HttpSyntax::isToken);
        assertThat(HttpSyntax.isToken("")).isFalse();
        assertThat(HttpSyntax.isToken("X-Request-Id")).isTrue();
        assertThat(HttpSyntax.isToken("X Request")).isFalse();
    }

    @Test
    void fieldValueHasNoControlOfAsciiButTheTab() {
        assertSameAs("[^\\x00-\\x08\\x0A-\\x1F\\x7F]", HttpSyntax::isFieldValue);
    }

    @Test
    void sentFieldValueIsLatin1WithoutControls() {
        assertSameAs("[ -~\\xA0-\\xFF]", HttpSyntax::isLatin1FieldValue);
    }

    @Test
    void controlsAreThoseOfIso8859() {
        assertSameAs("\\p{Cc}", HttpSyntax::hasControl);
        assertSameAs("\\p{Cntrl}", HttpSyntax::hasAsciiControl);
        assertSameAs("[\\p{Cc}\\p{Zl}\\p{Zp}]", HttpSyntax::hasControlOrSeparator);
    }

    @Test
    void controlIsReplacedByASpace() {
        assertThat(HttpSyntax.withoutAsciiControl("a\r\nb\u007Fc\u0085d")).isEqualTo("a  b c\u0085d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "aA0-._~+/", "eyJ.x.y==", "a=b", "a,b", "=", "!\"#$%&'()*:;<>?@[\\]^`{|}"})
    void bearerTokenIsRecognized(String token) {
        assertThat(HttpSyntax.isBearerToken(token)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\tb", "a\u007F", "\u0000", "\u00e9", "\u2028"})
    void otherTextIsNoBearerToken(String text) {
        assertThat(HttpSyntax.isBearerToken(text)).isFalse();
    }

    private static void assertSameAs(String regex, Predicate<String> rule) {
        assertThat(IntStream.rangeClosed(0, LAST)
                        .mapToObj(Character::toString)
                        .filter(text -> text.matches("(?s)" + regex) != rule.test(text)))
                .isEmpty();
    }
}

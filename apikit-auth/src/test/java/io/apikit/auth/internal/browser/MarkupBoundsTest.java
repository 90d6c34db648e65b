package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each limit of a page, on both sides. */
class MarkupBoundsTest {
    private static final int AROUND = 2;

    static Stream<Arguments> limits() {
        var deep = PageIndex.MAX_DEPTH - AROUND;
        return Stream.of(
                limit("more than 25000 tags", "<p>".repeat(25_000), "</p>"),
                limit("more than 100000 attributes", "<p " + "a ".repeat(99_999) + ">", "<p a b>"),
                limit("a name of more than 65536", "<" + "p".repeat(65_535) + " ", "><" + "p".repeat(65_537) + ">"),
                limit("<a> and <b>", ("<b " + attributes(100) + "></b>").repeat(50), "<I a/b>"),
                limit(
                        "<a> and <b>",
                        "<p>" + ("<b " + attributes(20) + "></b>").repeat(12) + "<p></p>".repeat(3_119),
                        "<p>"),
                limit("deeper than 128", "<div>".repeat(deep), "<div>"),
                limit("more than 2000 forms and controls", "<input>".repeat(2_000), "<form>"),
                limit("more than 4 forms in one another", "<form><div></form>".repeat(4), "<form></form>"));
    }

    /** jsoup 1.24.1 throws an exception for it. */
    @Test
    void aPageThatTheParserFailsAtIsOneWithTooMuch() {
        assertThat(exceeded("<p><b><s>" + "<div>".repeat(127) + "<u>")).contains("markup that cannot be parsed");
    }

    private static Arguments limit(String name, String most, String more) {
        return Arguments.of(name, most, more);
    }

    private static String attributes(int count) {
        return String.join(" ", IntStream.range(0, count).mapToObj(i -> "a" + i).toList());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limits")
    void aPageHasNoMoreThanIsBounded(String name, String most, String more) {
        assertThat(exceeded(most)).isEmpty();
        assertThat(exceeded(most + more).orElseThrow()).contains(name);
    }

    private static Optional<String> exceeded(String html) {
        return new HtmlPage(Address.of("https://idp.test/"), html, Optional.empty()).exceeded();
    }

    @ParameterizedTest
    @MethodSource("disguises")
    void attributesCountWhereverTheTagSeemsToBe(String before) {
        assertThat(exceeded(before + ("<b " + attributes(200) + ">").repeat(20)).orElseThrow())
                .contains("<a> and <b>");
    }

    static Stream<String> disguises() {
        return Stream.of(
                "<!-- <a title=\" -->",
                "<script>'<b c=\"'</script>",
                "<svg><style>",
                "<p title='<i x=\"'>",
                "<a <b ",
                "</");
    }

    @Test
    void aScriptIsNoMarkup() {
        var script = "for(i=0;i<n;i++){if(a<b && c==\"<a href='\" + d || '<b>'){x = a <b ? y : z;}}\n";

        assertThat(exceeded("<script>" + script.repeat(1_000) + "</script>")).isEmpty();
        assertThat(exceeded("<script>i<a " + "x = y + z; ".repeat(15_000) + "</script>"))
                .isEmpty();
    }
}

package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.identityprovider.HostilePage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageHeadTest {
    private static final String PASSWORD = "<form method=post><input name=user><INPUT Type='password' name=p></form>";

    private static PageHead head(String html) {
        return new PageHead(Address.of("https://app.test"), html, List.of("/start", "/sign_in"));
    }

    private static String longer(String html) {
        return html + " ".repeat(2 * PageHead.LENGTH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<p>password /start <input name=q> password <form action=/> /sign_in",
                "<inputs type=password> <format action=/start>",
                "<form method=post><input type=password hidden></form>",
                "<script>var x = '<input type=password>'</script>"
            })
    void aPageWithoutAVisibleFieldAsksForNothing(String html) {
        assertThat(head(longer(html)).mayAskForPassword()).isFalse();
        assertThat(head(longer(html)).leadsTo(form -> true)).isEqualTo(html.contains("<form method"));
    }

    @Test
    void anOrdinaryTableThatMentionsAPasswordIsNotParsed() {
        var table = head(HostilePage.ORDINARY_TABLE.html(500_000));

        assertThat(table.mayAskForPassword()).isFalse();
        assertThat(table.visits()).isZero();
    }

    @Test
    void onlyTheBeginningIsParsed() {
        var page = head(PASSWORD + HostilePage.NESTED_BLOCKS.html(500_000, 1_000));

        assertThat(page.mayAskForPassword()).isTrue();
        assertThat(page.visits()).isBetween(1L, 400L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                PASSWORD,
                "<form><input title='a > b' type=password></form>",
                "<form action='/oauth2/start'>",
                "<input type=\"password"
            })
    void signsBehindTheBeginningLeaveItOpen(String html) {
        assertThat(head(" ".repeat(PageHead.LENGTH) + html).mayAskForPassword()).isTrue();
        assertThat(head(" ".repeat(PageHead.LENGTH - 10) + html).mayAskForPassword())
                .isTrue();
        assertThat(head(" ".repeat(HtmlPage.MAX_LENGTH) + html).mayAskForPassword())
                .isFalse();
    }

    @Test
    void aBeginningThatHasTooMuchLeavesItOpen() {
        assertThat(head(PASSWORD + "<div>".repeat(1_000)).mayAskForPassword()).isTrue();
        assertThat(head("<input type=hidden value=password>" + "<div>".repeat(1_000))
                        .mayAskForPassword())
                .isTrue();
        assertThat(head("<div>".repeat(1_000)).mayAskForPassword()).isFalse();
    }

    @Test
    void aFormInTheBeginningOfALongPageIsFound() {
        assertThat(head(longer("<form action=/oauth2/sign_in>"))
                        .leadsTo(form -> form.action().path().equals("/oauth2/sign_in")))
                .isTrue();
    }
}

package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The declared refresh, as the HTML Standard reads it. */
class RefreshTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "0;url=/a|0|/a",
                "0; URL=/a|0|/a",
                "0;\turl\t=\t/a|0|/a",
                "  5 , Url=\"/a b\"x|5|/a b",
                "1 url='/a|1|/a",
                "0;'/a'|0|/a",
                "0;/a|0|/a",
                "0 /a|0|/a",
                "0,/a|0|/a",
                "0;;/a|0|;/a",
                "3|3|",
                "3;|3|",
                "3.9;url=/a|3|/a",
                ".5;url=/a|0|/a",
                "1.2.3;url=/a|1|/a",
                "007;url=/a|7|/a",
                "99999999999999999999;url=/a|99999|/a",
                "0;u=/a|0|u=/a",
                "0;ur=/a|0|ur=/a",
                "0;url/a|0|url/a",
                "0;urls=/a|0|urls=/a",
                "0;url=url=/a|0|url=/a",
                "0;url=|0|",
            })
    void isReadAsBrowsersReadIt(String content, int seconds, String reference) {
        assertThat(Refresh.parse(content)).contains(new Refresh(seconds, reference == null ? "" : reference));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "url=/a", "-1;url=/a", "x", ";url=/a", "0x;url=/a", "0+/a"})
    void anythingElseIsNone(String content) {
        assertThat(Refresh.parse(content)).isEmpty();
    }
}

package io.apikit.starter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests the text of {@code --help}. */
class HelpTextTest {
    private static final String HELP = Arguments.help(
            TestServices.FULL.setting(Setting.named("A_SETTING_WITH_A_VERY_LONG_NAME_INDEED", "something")).definition);

    @Test
    void everySettingIsInItWithItsDefault() {
        assertThat(TestServices.FULL.settings())
                .hasSizeGreaterThan(50)
                .allSatisfy(setting -> assertThat(HELP).containsPattern("(?m)^  " + setting.name() + "( \\*)?( |$)"));
        assertThat(HELP.replaceAll("\\s+", " "))
                .contains("PAGE_SIZE how many jobs a page has. Default: 50")
                .contains("API_KEY * the key for the weather ")
                .contains("A_SETTING_WITH_A_VERY_LONG_NAME_INDEED something")
                .contains("100% tested");
    }

    @Test
    void noLineIsLongerThan80Columns() {
        assertThat(HELP.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void linesAreBrokenBetweenWords() {
        var words = Stream.of(StandardSetting.values())
                .flatMap(setting -> Stream.of(setting.setting().meaning().split(" ", -1)));
        assertThat(words).allSatisfy(word -> assertThat(HELP).contains(word));
    }
}

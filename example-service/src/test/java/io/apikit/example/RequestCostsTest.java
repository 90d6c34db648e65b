package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guards what a request and a start cost. They are counts and no times, so a busy machine changes nothing. */
@Timeout(90)
class RequestCostsTest {
    private static final int RELEASE = Runtime.version().feature();

    /** Whether the figures of this JDK are replaced by those measured. */
    private static final boolean IS_PINNING = Boolean.getBoolean("apikit.costs.pin");

    private static final List<String> OPTIONS = Stream.of(
                    System.getProperty("apikit.costs.options", "").split(" ", -1))
            .filter(option -> !option.isEmpty())
            .toList();

    private static final String PIN = "mvn -pl example-service -am test -Dtest=RequestCostsTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dapikit.costs.pin=true";

    private static final PinnedCosts PINNED = new PinnedCosts(Map.of(17, new RequestCosts(20_000, 5_000)));

    @Test
    void requestAndStartCostWhatIsPinned() throws Exception {
        var measured = RequestCosts.measure(OPTIONS);
        System.out.printf("JDK %d: %s%n", RELEASE, measured);
        var pinned = PinnedCosts.read();
        if (IS_PINNING) {
            pinned.with(RELEASE, measured).write();
            return;
        }
        assumeTrue(pinned.has(RELEASE), () -> "nothing is pinned for JDK " + RELEASE + ". This pins it: " + PIN);
        assertThat(pinned.excesses(RELEASE, measured))
                .as("costs above their pins. If they have to be, this pins them anew: %s", PIN)
                .isEmpty();
        if (pinned.areTooHigh(RELEASE, measured)) {
            System.out.println("WARNING: the pins are more than 10 % too high. This lowers them: " + PIN);
        }
    }

    @Test
    void tenPercentMoreIsAllowed() {
        var measured = new RequestCosts(22_000, 5_500);
        assertThat(PINNED.excesses(17, measured)).isEmpty();
    }

    @Test
    void moreThanTenPercentNamesFigureAndLimit() {
        assertThat(PINNED.excesses(17, new RequestCosts(22_001, 5_000)))
                .singleElement()
                .asString()
                .startsWith(
                        "bytes allocated per wrapped request: 22,001. Pinned for JDK 17: 20,000, and at most 22,000");
        assertThat(PINNED.excesses(17, new RequestCosts(20_000, 5_501)))
                .singleElement()
                .asString()
                .startsWith("classes loaded until the first response: 5,501. Pinned for JDK 17: 5,000");
    }

    @Test
    void pinsThatAreMuchTooHighAreReported() {
        assertThat(PINNED.areTooHigh(17, new RequestCosts(18_200, 4_600))).isFalse();
        assertThat(PINNED.areTooHigh(17, new RequestCosts(18_100, 5_000))).isTrue();
        assertThat(PINNED.areTooHigh(17, new RequestCosts(20_000, 4_500))).isTrue();
    }

    @Test
    void eachJdkHasPinsOfItsOwn() {
        var both = PINNED.with(25, new RequestCosts(10_000, 6_000));
        assertThat(both.excesses(25, new RequestCosts(20_000, 5_000))).hasSize(1);
        assertThat(both.excesses(17, new RequestCosts(20_000, 5_000))).isEmpty();
        assertThat(both.has(21)).isFalse();
    }
}

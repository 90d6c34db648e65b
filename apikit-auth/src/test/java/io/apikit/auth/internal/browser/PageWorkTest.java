package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.http.Deadline;
import io.apikit.http.Timing;
import io.apikit.testkit.identityprovider.HostilePage;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The work on a page grows with its length alone, and ends at the deadline. */
@Tag("thorough")
class PageWorkTest {
    private static final Address ADDRESS = Address.of("https://idp.test/a/login");
    private static final int LENGTH = 60_000;

    /** Dense pages, up to the limit of tags, and pages of texts, up to the limit of controls. */
    @ParameterizedTest
    @EnumSource
    void twiceThePageIsTwiceTheWork(HostilePage page) {
        assertThat(visits(page.htmlWithLogin(LENGTH)))
                .isLessThanOrEqualTo(twice(visits(page.htmlWithLogin(LENGTH / 2))));
        assertThat(visits(page.html(LENGTH, 40))).isLessThanOrEqualTo(twice(visits(page.html(LENGTH / 2, 40))));
    }

    private static long twice(long visits) {
        return (long) (2.2 * visits);
    }

    /** Does with a page all that a login does. */
    private static long visits(String html) {
        var page = new HtmlPage(ADDRESS, html, Optional.empty());
        try {
            LoginPage.of(page, new LoginOrigins("https://app.test", Set.of(ADDRESS.origin())));
            page.forms().forEach(form -> new FilledForm(form).request());
        } catch (BackendError e) {
            assertThat(e).hasMessageContaining("a base that is too long");
        }
        return page.visits();
    }

    /** The clock is looked at while the page is parsed, and while its elements are visited. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 130})
    void theDeadlineEndsTheWork(int looksInTime) {
        var looks = new AtomicInteger();
        var deadline = Deadline.after(Duration.ofSeconds(5), clock(looks, looksInTime));

        var error = catchThrowableOfType(
                BackendError.class,
                () -> new HtmlPage(
                        ADDRESS, HostilePage.ORDINARY_TABLE.html(HtmlPage.MAX_LENGTH, 150), Optional.of(deadline)));

        assertThat(error.statusCode()).isEqualTo(504);
        assertThat(error).hasMessageContaining("the page at https://idp.test/a/login");
        assertThat(looks).hasValue(looksInTime + 1);
    }

    /** The first look is the one that sets the deadline. */
    private static Timing clock(AtomicInteger looks, int inTime) {
        looks.set(-1);
        return new Timing() {
            @Override
            public long nanoTime() {
                return looks.getAndIncrement() < inTime
                        ? 0
                        : Duration.ofSeconds(6).toNanos();
            }

            @Override
            public void sleep(Duration duration) {
                throw new AssertionError("the work on a page does not sleep");
            }
        };
    }
}

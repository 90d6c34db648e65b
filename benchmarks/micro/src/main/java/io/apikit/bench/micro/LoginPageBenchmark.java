package io.apikit.bench.micro;

import io.apikit.BackendError;
import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.FilledForm;
import io.apikit.auth.internal.browser.HtmlForm;
import io.apikit.auth.internal.browser.HtmlPage;
import io.apikit.auth.internal.browser.LoginOrigins;
import io.apikit.auth.internal.browser.LoginPage;
import io.apikit.auth.internal.browser.PageHead;
import io.apikit.testkit.identityprovider.HostilePage;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reads a hostile page of the greatest length, as a login does and as the response to a call is judged. No page takes more
 * than 100 ms. Milliseconds of single runs, so that all pages together take a few minutes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 20)
@Measurement(iterations = 10)
@SuppressWarnings("NullAway.Init") // JMH calls prepare before anything else
public class LoginPageBenchmark extends Step {
    private static final Address ADDRESS = Address.of("https://idp.test/login");

    /**
     * With 21 characters for a tag, a page has almost as many tags as are allowed. With 0 it has too many, with 264 almost
     * as many controls as are allowed.
     */
    @Param("21")
    int charactersOfAPiece;

    @Param
    HostilePage page;

    private String html;

    @Setup
    public void prepare() {
        html = page.html(HtmlPage.MAX_LENGTH, charactersOfAPiece);
    }

    @Benchmark
    public String login() {
        var read = new HtmlPage(ADDRESS, html, Optional.empty());
        LoginPage.of(read, new LoginOrigins("https://app.test", Set.of("https://idp.test")));
        read.forms().forEach(LoginPageBenchmark::fill);
        return read.title();
    }

    private static void fill(HtmlForm form) {
        try {
            new FilledForm(form).request();
        } catch (BackendError ignored) {
            // The form leads nowhere. That is part of some pages.
        }
    }

    @Benchmark
    public boolean judge() {
        return new PageHead(ADDRESS, html, List.of("/start", "/sign_in")).mayAskForPassword();
    }
}

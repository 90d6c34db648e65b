package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.function.Predicate;

/** A service whose every path is the backend's, and its metrics. */
abstract class MeasuredService extends FrontDoorTest {
    int serve(Backend backend) {
        return serve(
                backend,
                () -> get(
                        "/call/{path}",
                        ctx -> ctx.result(backend.session(ctx)
                                .get("/" + ctx.pathParam("path"))
                                .orThrow()
                                .text())));
    }

    HttpResponse<String> callAsAlice(int port, String path) throws IOException, InterruptedException {
        return askAs("alice", "wonderland", port, "/call/" + path);
    }

    void callAsAlice(int port, String path, int expected) throws IOException, InterruptedException {
        assertThat(callAsAlice(port, path).statusCode()).isEqualTo(expected);
    }

    Scraped scrape(int port) throws IOException, InterruptedException {
        var answer = ask(port, "/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        return new Scraped(answer.body());
    }

    /** Reads again and again, for what happens on another thread. */
    Scraped scrapeUntil(int port, Predicate<Scraped> isSo) throws IOException, InterruptedException {
        var end = System.nanoTime() + 10_000_000_000L;
        var scraped = scrape(port);
        while (!isSo.test(scraped) && System.nanoTime() - end < 0) {
            scraped = scrape(port);
        }
        assertThat(scraped).matches(isSo);
        return scraped;
    }

    /** Returns the name that a backend at this URL has by default. */
    static String address(String url) {
        return url.substring("http://".length());
    }

    static double calls(Scraped scraped, String outcome) {
        return scraped.value("apikit_backend_calls_seconds_count", "outcome=\"" + outcome + "\"");
    }

    static double logins(Scraped scraped, String outcome) {
        return scraped.value("apikit_backend_logins_seconds_count", "outcome=\"" + outcome + "\"");
    }

    static double renewals(Scraped scraped, String reason) {
        return scraped.value("apikit_backend_renewals_total", "reason=\"" + reason + "\"");
    }
}

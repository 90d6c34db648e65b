package io.apikit.example.migrated;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.test.ApiTest;
import io.apikit.test.Logins;
import io.apikit.test.ScriptedBackend;
import io.apikit.test.TestApp;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of {@link MetricDeviation} against SQuaSH as it answers, behind its oauth2-proxy. */
class MetricDeviationTest {
    private static final String MEASUREMENTS = "{\"count\":2,\"next\":null,\"previous\":null,\"results\":["
            + "{\"metric\":\"AM1\",\"value\":%s,\"unit\":\"mas\",\"changed_packages\":[]},"
            + "{\"metric\":\"AM1\",\"value\":%s,\"unit\":\"mas\",\"changed_packages\":[[\"afw\",\"1a2b\",\"git://afw\"]]}]}";

    @Test
    void changeAboveTheThresholdIsReported() {
        test((app, backend) -> {
            measured(backend, "6.0", "6.3");
            backend.get("/dashboard/api/metrics/AM1")
                    .answersJson(Map.of("metric", "AM1", "links", Map.of("monitor-url", "https://squash/AM1")));

            assertThat(app.get("/metricdeviation/AM1/4.9").body())
                    .isEqualTo(
                            "{\"changecount\":1,\"changed\":true,\"changed_packages\":[[\"afw\",\"1a2b\",\"git://afw\"]],"
                                    + "\"current\":6.3,\"delta_pct\":5.0,\"graph\":\"https://squash/AM1\",\"previous\":6.0,"
                                    + "\"units\":\"mas\"}");
        });
    }

    @ParameterizedTest(name = "{0} to {1}, threshold {2}")
    @CsvSource({"6.0, 6.3, 5", "6.0, 6.0, 0", "6.0, 6.0004, 0", "0.0, 6.3, 0", "6.0, 6.0, -1"})
    void otherChangesAreNone(String previous, String current, String threshold) {
        test((app, backend) -> {
            measured(backend, previous, current);
            backend.get("/dashboard/api/metrics/AM1").answers(404, "", "text/plain");

            assertThat(app.get("/AM1/" + threshold).body()).isEqualTo("{\"changed\":false,\"graph\":null}");
        });
    }

    @Test
    void datasetIsASetting() {
        ApiTest.behind(Logins.oauth2Proxy())
                .test(
                        backend -> MetricDeviation.SERVICE.app(
                                Map.of("BACKEND_URL", backend.url(), "SQUASH_DATASET", "decam")),
                        (app, backend) -> {
                            var route =
                                    backend.get("/dashboard/api/measurements/").answers("{\"results\":[]}");
                            backend.get("/dashboard/api/metrics/AM1").answersJson(Map.of());

                            assertThat(alice(app).get("/AM1").body()).isEqualTo("{\"changed\":false,\"graph\":null}");
                            assertThat(route.requests())
                                    .allSatisfy(request -> assertThat(request.query("job__ci_dataset"))
                                            .hasValue("decam"));
                        });
    }

    @Test
    void metricsAreDescribed() {
        test((app, backend) -> {
            backend.get("/dashboard/api/metrics")
                    .answers(
                            "{\"results\":[{\"metric\":\"PA1\"},{\"metric\":\"AM1\",\"description\":\"Astrometry\"}]}");

            assertThat(app.get("/describemetrics").body()).isEqualTo("{\"AM1\":\"Astrometry\",\"PA1\":\"\"}");
        });
    }

    @Test
    void thresholdThatIsNoNumberIsA400() {
        test((app, backend) -> {
            measured(backend, "6.0", "6.3");

            assertThat(app.get("/AM1/much").error().content()).isEqualTo("The threshold must be a number.");
        });
    }

    private static void measured(ScriptedBackend backend, String previous, String current) {
        backend.get("/dashboard/api/measurements/")
                .query("metric", "AM1")
                .query("job__ci_dataset", "cfht")
                .answers(200, MEASUREMENTS.formatted(previous, current), "application/json");
    }

    private static void test(ApiTest.Block block) {
        ApiTest.behind(Logins.oauth2Proxy())
                .test(
                        backend -> MetricDeviation.SERVICE.at(backend.url()),
                        (app, backend) -> block.run(alice(app), backend));
    }

    private static TestApp alice(TestApp app) {
        return app.as("alice", "wonderland");
    }
}

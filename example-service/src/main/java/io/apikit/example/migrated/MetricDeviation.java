package io.apikit.example.migrated;

import static io.javalin.apibuilder.ApiBuilder.get;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.apikit.BackendError;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Authenticator;
import io.apikit.auth.BackendSession;
import io.apikit.http.BackendRequest;
import io.apikit.starter.Service;
import io.apikit.starter.Setting;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The service {@code uservice-metricdeviation}: whether a metric has changed by more than a threshold, in percent. */
public final class MetricDeviation {
    static final Service SERVICE = Service.named(ServiceMetadata.builder()
                    .name("uservice-metricdeviation")
                    .version("1.0.0")
                    .repository("https://github.com/sqre-lsst/sqre-uservice-metricdeviation")
                    .description("API wrapper for QA Metric Deviation")
                    .build())
            .backend("https://squash.lsst.codes")
            .auth(Authenticator.oauth2Proxy())
            .routePrefixes("/", "/metricdeviation")
            .setting(Setting.named("SQUASH_DATASET", "the data set of the measurements")
                    .defaultsTo("cfht"))
            .get("/describemetrics", (session, ctx) -> ctx.json(descriptions(session)))
            .routes((backend, settings) -> {
                var dataset = settings.get("SQUASH_DATASET");
                get("/{metric}", ctx -> ctx.json(deviation(backend.session(ctx), dataset, ctx, "0")));
                get(
                        "/{metric}/{threshold}",
                        ctx -> ctx.json(deviation(backend.session(ctx), dataset, ctx, ctx.pathParam("threshold"))));
            });

    private MetricDeviation() {}

    /** Runs the service. */
    public static void main(String... args) {
        SERVICE.main(args);
    }

    private static Map<String, String> descriptions(BackendSession session) {
        var descriptions = new TreeMap<String, String>();
        for (var metric :
                session.get("/dashboard/api/metrics").json(Metrics.class).results()) {
            descriptions.put(metric.metric(), metric.description() == null ? "" : metric.description());
        }
        return descriptions;
    }

    private static Map<String, @Nullable Object> deviation(
            BackendSession session, String dataset, Context ctx, String threshold) {
        var metric = ctx.pathParam("metric");
        var query = Map.of("job__ci_dataset", dataset, "metric", metric, "page", "last");
        var results = session.get("/dashboard/api/measurements/", query)
                .json(Measurements.class)
                .results();
        var answer = compared(results, percent(threshold));
        answer.put("graph", graph(session, metric));
        return answer;
    }

    private static Map<String, @Nullable Object> compared(List<Measurement> results, double threshold) {
        Map<String, @Nullable Object> answer = new TreeMap<>();
        answer.put("changed", false);
        if (results.size() < 2) {
            return answer;
        }
        var last = results.get(results.size() - 1);
        var current = rounded(last.value(), 3);
        var previous = rounded(results.get(results.size() - 2).value(), 3);
        var delta = previous == 0 ? 0 : rounded(Math.abs(100 * (current - previous) / previous), 2);
        if (previous != current && delta > threshold) {
            var packages = last.packages() == null ? List.of() : last.packages();
            answer.putAll(Map.of("changed", true, "current", current, "previous", previous, "delta_pct", delta));
            answer.putAll(Map.of("units", last.unit() == null ? "" : last.unit(), "changecount", packages.size()));
            if (!packages.isEmpty()) {
                answer.put("changed_packages", packages);
            }
        }
        return answer;
    }

    /** The address of the metric's graph is an extra: without it the answer is good as well. */
    private static @Nullable String graph(BackendSession session, String metric) {
        var response = session.send(
                BackendRequest.get("/dashboard/api/metrics/{}", metric).allowErrors());
        return response.isSuccess()
                ? response.json(JsonNode.class).at("/links/monitor-url").textValue()
                : null;
    }

    private static double percent(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw BackendError.of(400, "The threshold must be a number.");
        }
    }

    private static double rounded(double value, int digits) {
        return new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).doubleValue();
    }

    record Metrics(List<Metric> results) {}

    record Metric(String metric, @Nullable String description) {}

    record Measurements(List<Measurement> results) {}

    record Measurement(
            double value,
            @Nullable String unit,
            @JsonProperty("changed_packages") @Nullable List<?> packages) {}
}

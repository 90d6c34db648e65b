package io.apikit.bench.helidon;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webclient.api.WebClient;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;

/** One metric of one job, as JSON, from a backend that answers in plain text. */
final class Metrics implements HttpService {
    private final WebClient backend;

    Metrics(WebClient backend) {
        this.backend = backend;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", (request, response) -> response.send("OK"))
                .get("/metadata", (request, response) -> response.send(Metadata.OF_SERVICE))
                .get("/{jobname}/{metric}", this::value);
    }

    private void value(ServerRequest request, ServerResponse response) {
        var authorization = request.headers()
                .first(HeaderNames.AUTHORIZATION)
                .filter(value -> value.startsWith("Basic "))
                .orElseThrow(() -> new Failure(Status.UNAUTHORIZED_401, "This needs Basic authentication."));
        var jobname = request.path().pathParameters().get("jobname");
        var metric = request.path().pathParameters().get("metric");
        response.send(new JobMetric(jobname, metric, asked(jobname, metric, authorization)));
    }

    private String asked(String jobname, String metric, String authorization) {
        try (var answer = backend.get("/api")
                .queryParam("job", jobname)
                .queryParam("metric", metric)
                .header(HeaderNames.AUTHORIZATION, authorization)
                .request()) {
            var text = answer.as(String.class);
            if (answer.status().code() >= 300) {
                throw new Failure(answer.status(), text);
            }
            return text;
        } catch (UncheckedIOException broken) {
            throw broken.getCause() instanceof SocketTimeoutException
                    ? new Failure(Status.GATEWAY_TIMEOUT_504, "The backend did not answer in time.")
                    : new Failure(Status.BAD_GATEWAY_502, "The backend cannot be reached.");
        }
    }

    /** The answer, in JSON. */
    record JobMetric(String jobname, String metric, String value) {}
}

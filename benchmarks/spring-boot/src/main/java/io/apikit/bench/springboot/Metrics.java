package io.apikit.bench.springboot;

import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientResponseException;

/** One metric of one job, as JSON, from a backend that answers in plain text. */
@RestController
class Metrics {
    private final RestClient backend;

    Metrics(RestClient backend) {
        this.backend = backend;
    }

    @GetMapping(path = "/", produces = MediaType.TEXT_PLAIN_VALUE)
    String healthy() {
        return "OK";
    }

    @GetMapping("/metadata")
    Metadata metadata() {
        return Metadata.OF_SERVICE;
    }

    @GetMapping("/{jobname}/{metric}")
    ResponseEntity<?> value(
            @PathVariable String jobname,
            @PathVariable String metric,
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) @Nullable String authorization) {
        if (authorization == null || !authorization.startsWith("Basic ")) {
            return error(HttpStatus.UNAUTHORIZED.value(), "Unauthorized", "This needs Basic authentication.");
        }
        var value = backend.get()
                .uri("/api?job={job}&metric={metric}", jobname, metric)
                .header(HttpHeaders.AUTHORIZATION, authorization)
                .retrieve()
                .body(String.class);
        return ResponseEntity.ok(new JobMetric(jobname, metric, value == null ? "" : value));
    }

    @ExceptionHandler
    ResponseEntity<Failure> passedOn(RestClientResponseException answer) {
        return error(answer.getStatusCode().value(), answer.getStatusText(), answer.getResponseBodyAsString());
    }

    @ExceptionHandler
    ResponseEntity<Failure> notThere(ResourceAccessException broken) {
        return broken.getCause() instanceof SocketTimeoutException
                ? error(HttpStatus.GATEWAY_TIMEOUT.value(), "Gateway Timeout", "The backend did not answer in time.")
                : error(HttpStatus.BAD_GATEWAY.value(), "Bad Gateway", "The backend cannot be reached.");
    }

    private static ResponseEntity<Failure> error(int status, String reason, String content) {
        var response = ResponseEntity.status(status).contentType(MediaType.APPLICATION_JSON);
        if (status == HttpStatus.UNAUTHORIZED.value()) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"mymicroservice\", charset=\"UTF-8\"");
        }
        return response.body(new Failure(reason, status, content));
    }

    /** The answer, in JSON. */
    record JobMetric(String jobname, String metric, String value) {}
}

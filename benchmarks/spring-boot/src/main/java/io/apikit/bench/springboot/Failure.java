package io.apikit.bench.springboot;

import com.fasterxml.jackson.annotation.JsonProperty;

/** An error, in JSON. */
record Failure(
        String reason,
        @JsonProperty("status_code") int statusCode,
        @JsonProperty("error_content") String errorContent) {}

package io.apikit.bench.byhandjdk;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What the service says of itself. */
record Metadata(
        String name,
        String version,
        String repository,
        String description,
        @JsonProperty("api_version") String apiVersion,
        String auth) {
    static final Metadata OF_SERVICE = new Metadata(
            "uservice-mymicroservice",
            "0.0.1",
            "https://github.com/sqre-lsst/uservice-mymicroservice",
            "My delightful microservice",
            "1.0",
            "basic");
}

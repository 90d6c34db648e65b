package io.apikit.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A request to a candidate, and the response that it must return. Immutable.
 *
 * @param callers how many callers send it in turn
 * @param expected JSON in any order and spacing, or text
 */
record Workload(String path, int callers, String expected) {
    private static final int OK = 200;

    static final Workload WRAPPED = new Workload(
            "/nightly/coverage", 1, "{\"jobname\":\"nightly\",\"metric\":\"coverage\",\"value\":\"93.5\"}");
    static final Workload SLOW =
            new Workload("/slow/coverage", 1, "{\"jobname\":\"slow\",\"metric\":\"coverage\",\"value\":\"93.5\"}");
    static final Workload HEALTH = new Workload("/", 1, "OK");
    static final Workload METADATA = new Workload(
            "/metadata",
            1,
            "{\"name\":\"uservice-mymicroservice\",\"version\":\"0.0.1\","
                    + "\"repository\":\"https://github.com/sqre-lsst/uservice-mymicroservice\","
                    + "\"description\":\"My delightful microservice\",\"api_version\":\"1.0\",\"auth\":\"basic\"}");

    Workload below(String prefix) {
        return new Workload(prefix + path, callers, expected);
    }

    Workload by(int callers) {
        return new Workload(path, callers, expected);
    }

    Workload expecting(String text) {
        return new Workload(path, callers, text);
    }

    /** Returns the Authorization of each caller. */
    List<String> authorizations() {
        return IntStream.range(0, callers).mapToObj(this::authorization).toList();
    }

    /** Returns the Authorization of one caller, who may be one of more than these. */
    String authorization(int caller) {
        return basic("u" + caller, "p" + caller);
    }

    /** Returns a whole request in HTTP/1.1. */
    byte[] request(int port, String authorization) {
        return ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAuthorization: " + authorization
                        + "\r\n\r\n")
                .getBytes(UTF_8);
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    /** Throws if a service does not return the expected response. */
    void check(Launched service) {
        var response = service.get(path, authorization(0));
        if (response.statusCode() != OK || !isMetBy(response.body())) {
            throw service.failure("returned " + response.statusCode() + " "
                    + response.body().strip() + " to " + path + ", not 200 " + expected);
        }
    }

    boolean isMetBy(String body) {
        return members(body).equals(members(expected));
    }

    private static List<String> members(String body) {
        var compact = body.replaceAll("\\s", "");
        var inside =
                compact.startsWith("{") && compact.endsWith("}") ? compact.substring(1, compact.length() - 1) : compact;
        return List.of(inside.split(",", -1)).stream().sorted().toList();
    }
}

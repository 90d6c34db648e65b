package io.apikit.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apikit.ops.AppView.Route;
import java.util.List;

/** What every app has: the routes that the library adds, the one shape of all errors, and the responses with an error. */
final class StandardRoutes {
    static final String SERVICE = "service";
    static final String METADATA = "metadata";
    static final String OPERATIONS = "operations";
    private static final String SERVICE_METADATA = "ServiceMetadata";
    private static final String ERROR_BODY = "ErrorBody";
    private static final String PROBLEM_DETAILS = "ProblemDetails";

    private static final String PROBLEM_JSON = "application/problem+json";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private StandardRoutes() {}

    /** Returns what a route of the library does. */
    static String summary(Route route) {
        return switch (route.kind()) {
            case METADATA -> "What this service is";
            case HEALTH -> "Whether the service responds";
            case METRICS -> "Metrics in the text format of Prometheus";
            default -> "A probe of the platform: " + route.path();
        };
    }

    /** Adds the content of the response of a route of the library. */
    static void addContent(Route route, ObjectNode response) {
        switch (route.kind()) {
            case METADATA -> response.set("content", content(RouteDescription.JSON, ref("schemas", SERVICE_METADATA)));
            case HEALTH, METRICS ->
                response.set("content", content("text/plain", JSON.objectNode().put("type", "string")));
            case PROBE ->
                response.set(
                        "content",
                        content(RouteDescription.JSON, JSON.objectNode().put("type", "object")));
            case SERVICE, PAGE -> {}
        }
    }

    private static ObjectNode content(String mediaType, ObjectNode schema) {
        var content = JSON.objectNode();
        content.putObject(mediaType).set("schema", schema);
        return content;
    }

    /**
     * Adds the schemas of the metadata, of an error, and of problem details (RFC 9457).
     *
     * @throws IllegalStateException if a type of the author has the same name
     */
    static void addSchemas(ObjectNode schemas) {
        for (var name : List.of(SERVICE_METADATA, ERROR_BODY, PROBLEM_DETAILS)) {
            if (schemas.has(name)) {
                throw new IllegalStateException(
                        "OpenApi has a schema " + name + " of its own: give your type " + name + " another name");
            }
        }
        var fields = new String[] {"name", "version", "repository", "description", "api_version", "auth"};
        var metadata = object(schemas, SERVICE_METADATA, "What a service is.", fields);
        List.of(fields).forEach(field -> metadata.putObject(field).put("type", "string"));
        var error = object(
                schemas,
                ERROR_BODY,
                "An error of this service or of its backend.",
                "reason",
                "status_code",
                "error_content");
        string(error, "reason", "The phrase of the status, or that of the backend.");
        status(error, "status_code");
        error.putObject("error_content")
                .put("description", "What is wrong, if there is more to say.")
                .putArray("type")
                .add("string")
                .add("null");
        var problem =
                object(schemas, PROBLEM_DETAILS, "An error as problem details (RFC 9457).", "type", "title", "status");
        string(problem, "type", "The kind of the problem; about:blank if there is no more to say than the status.");
        string(problem, "title", "The phrase of the status, or that of the backend.");
        status(problem, "status");
        string(problem, "detail", "What is wrong, if there is more to say.");
    }

    private static ObjectNode object(ObjectNode schemas, String name, String description, String... required) {
        var schema = schemas.putObject(name).put("type", "object").put("description", description);
        List.of(required).forEach(schema.putArray("required")::add);
        return schema.putObject("properties");
    }

    private static void string(ObjectNode properties, String name, String description) {
        properties.putObject(name).put("type", "string").put("description", description);
    }

    private static void status(ObjectNode properties, String name) {
        properties
                .putObject(name)
                .put("type", "integer")
                .put("format", "int32")
                .put("description", "The status of the response.");
    }

    /** Returns a response in the one shape of all errors. */
    static ObjectNode error(String description) {
        var response = JSON.objectNode().put("description", description);
        var content = response.putObject("content");
        content.putObject(RouteDescription.JSON).set("schema", ref("schemas", ERROR_BODY));
        content.putObject(PROBLEM_JSON).set("schema", ref("schemas", PROBLEM_DETAILS));
        return response;
    }

    static ObjectNode ref(String room, String name) {
        return JSON.objectNode().put("$ref", "#/components/" + room + "/" + name);
    }

    /** An error that a route can have without a word of its author. */
    enum StandardError {
        BAD_REQUEST(400, "BadRequest", "The request is malformed."),
        UNAUTHORIZED(401, "Unauthorized", "Credentials are needed, or the backend refuses those that were sent."),
        TOO_MANY_REQUESTS(429, "TooManyRequests", "There were too many requests, or too many wrong passwords."),
        BAD_GATEWAY(502, "BadGateway", "The backend, or the login at it, does not work."),
        UNAVAILABLE(503, "Unavailable", "The backend has failed again and again, or the service is busy or stops."),
        GATEWAY_TIMEOUT(504, "GatewayTimeout", "The backend did not respond in time.");

        private final int status;
        private final String key;
        private final String description;

        StandardError(int status, String key, String description) {
            this.status = status;
            this.key = key;
            this.description = description;
        }

        int status() {
            return status;
        }

        ObjectNode reference() {
            return ref("responses", key);
        }

        static void addResponses(ObjectNode responses) {
            for (var error : values()) {
                responses.set(error.key, error.response());
            }
            responses.set("Error", error("Any other error."));
        }

        private ObjectNode response() {
            var response = error(description);
            switch (this) {
                case UNAUTHORIZED ->
                    header(response, "WWW-Authenticate", "Which credentials are needed (RFC 9110).", "string");
                case TOO_MANY_REQUESTS, UNAVAILABLE ->
                    header(response, "Retry-After", "After how many seconds another try makes sense.", "integer");
                default -> {}
            }
            return response;
        }

        private static void header(ObjectNode response, String name, String description, String type) {
            var header = response.putObject("headers").putObject(name).put("description", description);
            header.putObject("schema").put("type", type);
        }
    }
}

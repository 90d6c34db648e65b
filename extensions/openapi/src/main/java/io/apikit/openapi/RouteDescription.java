package io.apikit.openapi;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an author says of one route, beyond what the route itself shows. Each setting is optional. Not threadsafe.
 *
 * <pre>{@code
 * route -> route.summary("The metrics of one job")
 *         .parameter("jobname", "Name of the job, such as nightly")
 *         .query("since", "First day, such as 2026-03-01")
 *         .answersListOf(JobMetric.class)
 *         .error(404, "There is no such job.")
 * }</pre>
 */
public final class RouteDescription {
    static final String JSON = "application/json";

    private final String method;
    private final String path;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final List<Input> inputs = new ArrayList<>();
    private final Map<Integer, Response> responses = new LinkedHashMap<>();
    private final Map<Integer, String> errors = new LinkedHashMap<>();
    private final List<String> tags = new ArrayList<>();
    private Optional<Body> body = Optional.empty();
    private @Nullable String summary;
    private @Nullable String description;
    private @Nullable String operationId;
    private boolean isDeprecated;
    private boolean isOpen;

    RouteDescription(String method, String path) {
        this.method = method;
        this.path = PathTemplate.normal(path);
    }

    /**
     * A query parameter or a header.
     *
     * @param in {@code query} or {@code header}
     */
    record Input(String in, String name, String description, Type type, boolean isRequired) {}

    /** A body of a request. Without a type it has no schema. */
    record Body(String mediaType, @Nullable Type type) {}

    /** A response without an error. Without a media type it has no body. */
    record Response(@Nullable String mediaType, @Nullable Type type) {}

    /** Sets what the route does, in some words. Default: method and path. */
    public RouteDescription summary(String text) {
        this.summary = text;
        return this;
    }

    /** Sets what the route does, in full; CommonMark. Default: none. */
    public RouteDescription description(String text) {
        this.description = text;
        return this;
    }

    /** Sets the name of a generated client's method, unique in the app. Default: made of method and path. */
    public RouteDescription operationId(String id) {
        this.operationId = id;
        return this;
    }

    /** Adds a tag, by which routes are grouped. Default: {@code service}. */
    public RouteDescription tag(String name) {
        tags.add(name);
        return this;
    }

    /** Says that callers should not use the route any more. */
    public RouteDescription deprecated() {
        this.isDeprecated = true;
        return this;
    }

    /** Says that this route needs no credentials, though the auth mode does. What {@code Operations.callers} needs stays: its
     * open paths are shown as open. */
    public RouteDescription withoutCredentials() {
        this.isOpen = true;
        return this;
    }

    /** Says what a path parameter is. The app does not start if the path has no such parameter. */
    public RouteDescription parameter(String name, String text) {
        parameters.put(name, text);
        return this;
    }

    /** Adds a query parameter that may be left out, a text. */
    public RouteDescription query(String name, String text) {
        return query(name, text, String.class);
    }

    /** Adds a query parameter that may be left out. */
    public RouteDescription query(String name, String text, Type type) {
        inputs.add(new Input("query", name, text, type, false));
        return this;
    }

    /** Adds a query parameter that must be there. */
    public RouteDescription requiredQuery(String name, String text, Type type) {
        inputs.add(new Input("query", name, text, type, true));
        return this;
    }

    /** Adds a header of the request that may be left out. */
    public RouteDescription header(String name, String text) {
        inputs.add(new Input("header", name, text, String.class, false));
        return this;
    }

    /** Sets the type of the request's body, which is JSON and must be there. */
    public RouteDescription body(Type type) {
        this.body = Optional.of(new Body(JSON, type));
        return this;
    }

    /** Sets the media type of the request's body, such as {@code text/csv}, which must be there. */
    public RouteDescription bodyOf(String mediaType) {
        this.body = Optional.of(new Body(mediaType, null));
        return this;
    }

    /**
     * Adds a response of status 200 whose body is JSON.
     *
     * @param type a record or any other class, or a generic type: {@code new TypeReference<Page<Job>>() {}.getType()}
     */
    public RouteDescription answers(Type type) {
        return answers(200, type);
    }

    /** Adds a response of status 200 whose body is a JSON array. */
    public RouteDescription answersListOf(Class<?> item) {
        return answers(new ListOf(item));
    }

    /** Adds a response of this status whose body is JSON. */
    public RouteDescription answers(int status, Type type) {
        return add(status, new Response(JSON, type));
    }

    /** Adds a response of this status without a body, such as 204. */
    public RouteDescription answers(int status) {
        return add(status, new Response(null, null));
    }

    /** Adds a response of status 200 whose body has this media type, such as {@code text/plain}. */
    public RouteDescription answersOf(String mediaType) {
        return add(200, new Response(mediaType, null));
    }

    private RouteDescription add(int status, Response response) {
        if (status < 100 || status > 399) {
            throw new IllegalArgumentException("answers(..) of " + key() + " is for a status of 100 to 399, not "
                    + status + ": describe an error by error(" + status + ", ..)");
        }
        responses.put(status, response);
        return this;
    }

    /** Adds a response of this status in the one shape of all errors, and when it comes. */
    public RouteDescription error(int status, String when) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException(
                    "error(..) of " + key() + " is for a status of 400 to 599, not " + status);
        }
        errors.put(status, when);
        return this;
    }

    /** Returns method and path, as the author wrote them. */
    String key() {
        return method + " " + path;
    }

    String method() {
        return method;
    }

    String path() {
        return path;
    }

    Optional<String> summary() {
        return Optional.ofNullable(summary);
    }

    Optional<String> description() {
        return Optional.ofNullable(description);
    }

    Optional<String> operationId() {
        return Optional.ofNullable(operationId);
    }

    boolean isDeprecated() {
        return isDeprecated;
    }

    boolean isOpen() {
        return isOpen;
    }

    List<String> tags() {
        return tags;
    }

    /** Returns the texts of the path parameters, by name. */
    Map<String, String> parameters() {
        return parameters;
    }

    List<Input> inputs() {
        return inputs;
    }

    Optional<Body> body() {
        return body;
    }

    Map<Integer, Response> responses() {
        return responses;
    }

    /** Returns when each error comes, by status. */
    Map<Integer, String> errors() {
        return errors;
    }

    /** The type {@code List<item>}. */
    private record ListOf(Class<?> item) implements ParameterizedType {
        @Override
        public Type[] getActualTypeArguments() {
            return new Type[] {item};
        }

        @Override
        public Type getRawType() {
            return List.class;
        }

        @Override
        public @Nullable Type getOwnerType() {
            return null;
        }
    }
}

package io.apikit.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apikit.openapi.StandardRoutes.StandardError;
import io.apikit.ops.AppView.RouteKind;
import io.javalin.http.HttpStatus;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One operation of the description.
 *
 * @param path the path that the operation is shown at, whose parameters may have other names than those of the route
 * @param security what a caller needs: all of one of these lists
 */
record Operation(
        DescribedRoute described, PathTemplate path, String id, List<List<SecurityScheme>> security, Schemas schemas) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    ObjectNode node() {
        var node = JSON.objectNode().put("operationId", id).put("summary", summary());
        var description = described.description();
        description.flatMap(RouteDescription::description).ifPresent(text -> node.put("description", text));
        described.tags().forEach(tag -> node.withArrayProperty("tags").add(tag));
        if (description.filter(RouteDescription::isDeprecated).isPresent()) {
            node.put("deprecated", true);
        }
        addParameters(node);
        description.flatMap(RouteDescription::body).ifPresent(body -> addBody(node, body));
        addResponses(node.putObject("responses"));
        var needed = node.putArray("security");
        for (var together : security) {
            var all = needed.addObject();
            together.forEach(scheme -> all.putArray(scheme.name()));
        }
        return node;
    }

    private String summary() {
        return described
                .description()
                .flatMap(RouteDescription::summary)
                .orElseGet(() -> described.kind() == RouteKind.SERVICE
                        ? described.method() + " " + path.text()
                        : StandardRoutes.summary(described.route()));
    }

    private void addParameters(ObjectNode node) {
        var texts = described.description().map(RouteDescription::parameters).orElse(Map.of());
        var own = described.template().parameters();
        for (int i = 0; i < own.size(); i++) {
            var more = own.get(i).hasSlashes() ? " It may contain slashes." : "";
            var text = texts.getOrDefault(own.get(i).name(), "") + more;
            var name = path.parameters().get(i).name();
            addParameter(node, new RouteDescription.Input("path", name, text.strip(), String.class, true));
        }
        described
                .description()
                .map(RouteDescription::inputs)
                .orElse(List.of())
                .forEach(input -> addParameter(node, input));
    }

    private void addParameter(ObjectNode node, RouteDescription.Input input) {
        var parameter = node.withArrayProperty("parameters").addObject();
        parameter.put("name", input.name()).put("in", input.in());
        if (!input.description().isEmpty()) {
            parameter.put("description", input.description());
        }
        if (input.isRequired()) {
            parameter.put("required", true);
        }
        parameter.set("schema", schemas.of(input.type()));
    }

    private void addBody(ObjectNode node, RouteDescription.Body body) {
        node.putObject("requestBody").put("required", true).set("content", content(body.mediaType(), body.type()));
    }

    private ObjectNode content(String mediaType, @Nullable Type type) {
        var content = JSON.objectNode();
        var media = content.putObject(mediaType);
        if (type != null) {
            media.set("schema", schemas.of(type));
        } else if (mediaType.startsWith("text/")) {
            media.putObject("schema").put("type", "string");
        }
        return content;
    }

    private void addResponses(ObjectNode responses) {
        var byStatus = new TreeMap<Integer, ObjectNode>();
        standardErrors().forEach(error -> byStatus.put(error.status(), error.reference()));
        var description = described.description();
        description
                .map(RouteDescription::errors)
                .orElse(Map.of())
                .forEach((status, when) -> byStatus.put(status, StandardRoutes.error(when)));
        var answers = description.map(RouteDescription::responses).orElse(Map.of());
        answers.forEach((status, answer) -> byStatus.put(status, response(status, answer)));
        if (answers.isEmpty()) {
            byStatus.put(200, undescribed());
        }
        byStatus.forEach((status, response) -> responses.set(String.valueOf(status), response));
        responses.set("default", StandardRoutes.ref("responses", "Error"));
    }

    private ObjectNode response(int status, RouteDescription.Response answer) {
        var response = JSON.objectNode()
                .put("description", HttpStatus.forStatus(status).getMessage());
        if (answer.mediaType() != null) {
            response.set("content", content(answer.mediaType(), answer.type()));
        }
        return response;
    }

    private ObjectNode undescribed() {
        var response = JSON.objectNode().put("description", "OK");
        StandardRoutes.addContent(described.route(), response);
        return response;
    }

    private List<StandardError> standardErrors() {
        if (described.kind() != RouteKind.SERVICE) {
            return security.isEmpty()
                    ? List.of(StandardError.BAD_REQUEST)
                    : List.of(StandardError.BAD_REQUEST, StandardError.UNAUTHORIZED);
        }
        return List.of(StandardError.values()).stream()
                .filter(error -> error != StandardError.UNAUTHORIZED || !security.isEmpty())
                .toList();
    }
}

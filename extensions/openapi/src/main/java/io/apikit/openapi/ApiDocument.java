package io.apikit.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apikit.openapi.StandardRoutes.StandardError;
import io.apikit.ops.AppView;
import io.apikit.ops.AppView.RouteKind;
import io.apikit.ops.callers.CallerCheck;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes the description of one app. The order of everything in it is that of registration. Not threadsafe. */
final class ApiDocument {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final DescriptionSettings settings;
    private final Map<String, String> metadata;
    private final RelativeServers servers;
    private final RouteTable table;
    private final Schemas schemas;
    private final Optional<CallerCheck> check;
    private final List<SecurityScheme> ofCheck;
    private final List<SecurityScheme> callers;
    private final OperationIds ids = new OperationIds();
    private final Map<String, SecurityScheme> schemes = new TreeMap<>();

    /** @param documentPath where the description is, which its servers are relative to */
    ApiDocument(DescriptionSettings settings, AppView app, String documentPath) {
        this.settings = settings;
        this.metadata = app.metadata();
        this.table = new RouteTable(app.routes(), settings);
        this.servers = new RelativeServers(documentPath, table.prefixes());
        this.schemas = new Schemas(settings.mapper());
        this.check = app.callers();
        this.ofCheck = check.map(CallerCheck::securitySchemes).orElse(Map.of()).entrySet().stream()
                .map(scheme -> new SecurityScheme(scheme.getKey(), scheme.getValue()))
                .toList();
        this.callers =
                Stream.concat(ofCheck.stream(), settings.callers().stream()).toList();
        settings.routes().forEach(route -> route.operationId().ifPresent(ids::reserve));
    }

    /** Returns the description in JSON, for people to read. */
    byte[] bytes() {
        var indent = new DefaultIndenter("  ", "\n");
        var printer = new DefaultPrettyPrinter().withObjectIndenter(indent).withArrayIndenter(indent);
        try {
            return new ObjectMapper().writer(printer).writeValueAsString(node()).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the description cannot be written", e);
        }
    }

    private ObjectNode node() {
        var paths = JSON.objectNode();
        table.byPath().forEach((path, routes) -> paths.set(path, pathItem(routes)));
        var node = JSON.objectNode().put("openapi", "3.1.0");
        node.set("info", info());
        node.set("servers", servers.all());
        node.set("tags", tags());
        node.set("paths", paths);
        node.set("components", components());
        repository()
                .ifPresent(url -> node.putObject("externalDocs")
                        .put("description", "Source")
                        .put("url", url));
        return node;
    }

    private ObjectNode info() {
        var info = JSON.objectNode()
                .put("title", metadata.get("name"))
                .put("version", metadata.get("version"))
                .put("description", metadata.get("description"));
        settings.license()
                .ifPresent(spdx -> info.putObject("license").put("name", spdx).put("identifier", spdx));
        return info;
    }

    /** Returns the address of the source, if it is one that can be opened. */
    private Optional<String> repository() {
        try {
            var url = URI.create(metadata.getOrDefault("repository", ""));
            return Optional.of(url.toString())
                    .filter(text ->
                            "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme()));
        } catch (IllegalArgumentException ignored) {
            return Optional.empty();
        }
    }

    private ArrayNode tags() {
        var texts = settings.tags().stream()
                .collect(Collectors.toMap(
                        DescriptionSettings.Tag::name, DescriptionSettings.Tag::description, (first, again) -> again));
        texts.putIfAbsent(StandardRoutes.SERVICE, "What this service does.");
        texts.putIfAbsent(StandardRoutes.METADATA, "What this service is.");
        texts.putIfAbsent(StandardRoutes.OPERATIONS, "For the people and the platform that run the service.");
        var used = table.byPath().values().stream().flatMap(List::stream).flatMap(route -> route.tags().stream());
        var names = Stream.concat(settings.tags().stream().map(DescriptionSettings.Tag::name), used)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        var tags = JSON.arrayNode();
        for (var name : names) {
            var tag = tags.addObject().put("name", name);
            Optional.ofNullable(texts.get(name)).ifPresent(text -> tag.put("description", text));
        }
        return tags;
    }

    private ObjectNode pathItem(List<DescribedRoute> routes) {
        var item = JSON.objectNode();
        for (var route : routes) {
            var method = route.method().toLowerCase(Locale.ROOT);
            if (item.has(method)) {
                // A path of OpenAPI has a method once: the route that was registered first, which is the one that runs.
                continue;
            }
            var operation = operation(route, routes.get(0).template());
            if (!servers.areThoseOf(route.prefixes())) {
                operation.set("servers", servers.of(route.prefixes()));
            }
            item.set(method, operation);
        }
        return item;
    }

    private ObjectNode operation(DescribedRoute route, PathTemplate path) {
        var id = route.description()
                .flatMap(RouteDescription::operationId)
                .orElseGet(() -> route.kind() == RouteKind.HEALTH ? ids.health() : ids.of(route.method(), path));
        var security = security(route);
        security.stream().flatMap(List::stream).forEach(scheme -> schemes.put(scheme.name(), scheme));
        return new Operation(route, path, id, security, schemas).node();
    }

    private List<List<SecurityScheme>> security(DescribedRoute route) {
        var needsLogin = route.description().filter(RouteDescription::isOpen).isEmpty();
        var ofMode = route.route().challenge().filter(challenge -> needsLogin).map(SecurityScheme::ofChallenge).stream()
                .toList();
        return SecurityScheme.alternatives(ofMode, callers(route, needsLogin));
    }

    /** A route can say that its author's own check leaves it open. Only the paths of an app's check say what that does. */
    private List<SecurityScheme> callers(DescribedRoute route, boolean needsLogin) {
        if (!isForCheckedCallers(route.kind()) || isOpenPath(route)) {
            return List.of();
        }
        return needsLogin ? callers : ofCheck;
    }

    private boolean isOpenPath(DescribedRoute route) {
        var open = check.map(CallerCheck::openPaths).orElse(Set.of());
        return Set.of("GET", "HEAD").contains(route.method())
                && route.prefixes().stream()
                        .allMatch(prefix -> open.contains(prefix + route.route().path()));
    }

    private boolean isForCheckedCallers(RouteKind kind) {
        return switch (kind) {
            case SERVICE, PAGE -> true;
            case METADATA -> check.filter(CallerCheck::protectsMetadata).isPresent();
            case METRICS -> check.filter(CallerCheck::protectsMetrics).isPresent();
            case HEALTH, PROBE -> false;
        };
    }

    private ObjectNode components() {
        var components = JSON.objectNode();
        var all = schemas.definitions();
        StandardRoutes.addSchemas(all);
        components.set("schemas", all);
        StandardError.addResponses(components.putObject("responses"));
        addSchemes(components, schemes.values());
        return components;
    }

    private static void addSchemes(ObjectNode components, Collection<SecurityScheme> schemes) {
        if (!schemes.isEmpty()) {
            var all = components.putObject("securitySchemes");
            schemes.forEach(scheme -> all.putPOJO(scheme.name(), new TreeMap<>(scheme.fields())));
        }
    }
}

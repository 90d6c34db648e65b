package io.apikit.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.apikit.ops.AppPage;
import io.apikit.ops.AppView;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A description of the app's routes by OpenAPI 3.1, and a page that shows it and sends requests.
 *
 * <pre>{@code
 * .operations(ops -> ops.page(OpenApi.at("/docs")
 *         .route("GET", "/{jobname}/{metric}", route -> route.summary("One metric of one job")
 *                 .answers(JobMetric.class)
 *                 .error(404, "There is no such job."))))
 * }</pre>
 *
 * <p>The description is made once, when the app starts, from the routes that are registered then: those of the author, the
 * metadata, health, probes and metrics. A route that is not described is in it with its path parameters and the errors that
 * every route can have. The route prefixes are its {@code servers}, relative to the description.
 *
 * <p>The description is {@code openapi.json} beside the page: that of {@code /docs} is at {@code /openapi.json}. The page is
 * Swagger UI. All of its files come from this service. Page and description are on the service's port, and everybody who can
 * reach the service can read them. They contain no secret. Immutable and threadsafe.
 */
public final class OpenApi implements AppPage {
    private final String path;
    private final DescriptionSettings settings;
    private final SwaggerUi page;

    private OpenApi(String path, DescriptionSettings settings) {
        this.path = path;
        this.settings = settings;
        this.page = new SwaggerUi(path);
    }

    /**
     * Returns a page at this path, without a description of any route.
     *
     * @param path a literal path such as {@code /docs}, independent of the route prefixes; {@code Operations.page} throws an
     *     {@link IllegalArgumentException} for any other
     */
    public static OpenApi at(String path) {
        return new OpenApi(path, DescriptionSettings.DEFAULTS);
    }

    /**
     * Returns this page with a description of one more route. The app does not start if there is no such route.
     *
     * @param method an HTTP method, such as {@code GET}
     * @param path as the route is registered, with the names of its parameters and without a route prefix
     * @param description says what the route does; called at once
     * @throws IllegalArgumentException if the route is described already
     */
    public OpenApi route(String method, String path, Consumer<RouteDescription> description) {
        var described = new RouteDescription(method.toUpperCase(Locale.ROOT), path);
        description.accept(described);
        return with(settings.plus(described));
    }

    /** Returns this page with the text of a tag. Tags are shown in this order; those without a text follow. */
    public OpenApi tag(String name, String description) {
        return with(settings.plus(new DescriptionSettings.Tag(name, description)));
    }

    /**
     * Returns this page with one more way in which callers of the author's routes prove who they are. For a check of the
     * author's own: those of {@code Operations.callers} are described without it. A caller needs one of them, and what the
     * auth mode needs. Nothing is checked here.
     *
     * @param name unique, such as {@code apiKey}
     * @param scheme a Security Scheme Object, such as {@code Map.of("type", "apiKey", "in", "header", "name", "X-Key")}
     */
    public OpenApi security(String name, Map<String, Object> scheme) {
        return with(settings.plus(new SecurityScheme(name, Map.copyOf(scheme))));
    }

    /** Returns this page with the licence of the API, by its SPDX identifier such as {@code MIT}. Default: none. */
    public OpenApi license(String spdx) {
        return with(settings.licensed(spdx));
    }

    /** Returns this page with or without the metadata, health, probes and metrics. Default: with them. */
    public OpenApi operations(boolean shown) {
        return with(settings.operations(shown));
    }

    /**
     * Returns this page for an app whose JSON is written by this mapper: schemas follow its naming strategy, and whether it
     * writes dates as numbers. Default: a new mapper that writes dates as text. Annotations of Jackson count in any case.
     */
    public OpenApi json(ObjectMapper mapper) {
        return with(settings.json(mapper));
    }

    /**
     * Returns the paths of the page, of the description and of all files: what a check of callers leaves open if everybody
     * may read them, since a browser sends no API key by itself. For {@code Callers.open(..)}.
     */
    public String[] paths() {
        return Stream.concat(Stream.of(path), files().stream()).toArray(String[]::new);
    }

    private OpenApi with(DescriptionSettings changed) {
        return new OpenApi(path, changed);
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public List<String> files() {
        return Stream.concat(Stream.of(page.documentPath()), page.files().stream())
                .toList();
    }

    @Override
    public boolean hasData() {
        return false;
    }

    @Override
    public boolean isForCallers() {
        return true;
    }

    @Override
    public Content contentFor(AppView app) {
        return new DocumentContent(app);
    }

    /** The page of one app, and its description, which is made when the app starts. */
    private final class DocumentContent implements Content {
        private final AppView app;
        private final WebFile html;
        private volatile WebFile document = WebFile.json(new byte[0]);

        DocumentContent(AppView app) {
            this.app = app;
            this.html = page.html(app.metadata().getOrDefault("name", "API"));
        }

        @Override
        public void start() {
            document = WebFile.json(new ApiDocument(settings, app, page.documentPath()).bytes());
        }

        @Override
        public void respond(Context ctx) {
            page.respond(ctx, html);
        }

        @Override
        public void respondFile(Context ctx, String file) {
            if (file.equals(page.documentPath())) {
                document.respond(ctx);
            } else {
                page.file(file).respond(ctx);
            }
        }
    }
}

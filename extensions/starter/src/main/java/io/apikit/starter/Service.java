package io.apikit.starter;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.http.HttpOptions;
import io.javalin.apibuilder.ApiBuilder;
import io.javalin.http.Handler;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A description of a service in front of a backend. Nothing runs until {@link #main}.
 *
 * <pre>{@code
 * static final Service SERVICE = Service.named(metadata)
 *         .routePrefixes("/", "/mymicroservice")
 *         .get("/{jobname}/{metric}", (session, ctx) -> ctx.result(session.get("/api").text()));
 *
 * public static void main(String... args) {
 *     SERVICE.main(args);
 * }
 * }</pre>
 *
 * <p>Settings come from arguments ({@code --backend-url=..}), else from the environment ({@code BACKEND_URL}), else from a
 * file of properties ({@code --config}, {@code CONFIG_FILE}), else from a folder of mounted secrets ({@code SECRETS_DIR}),
 * else from the code. {@code --help} lists all of them. A blank value counts as not set.
 *
 * <p>Immutable and thread-safe: each method returns a changed copy.
 */
public final class Service {
    final ServiceDefinition definition;

    private Service(ServiceDefinition definition) {
        this.definition = definition;
    }

    /** Returns a service with this metadata, without routes, that takes its backend from the settings. */
    public static Service named(ServiceMetadata metadata) {
        return new Service(new ServiceDefinition(metadata));
    }

    /** Sets the base URL of the backend where {@code BACKEND_URL} is not set. Default: none, and the setting is needed. */
    public Service backend(String url) {
        return with(changed -> changed.backendUrl = url);
    }

    /**
     * Adds to the backend what no setting says: a name, a pace, retries. May be called again for more. What it sets has
     * precedence over the settings of the operator.
     */
    public Service backend(Consumer<Backend.Builder> settings) {
        return with(changed -> changed.backend.add(settings));
    }

    /**
     * Sets timeouts and limits of the backend's HTTP client. {@code BACKEND_CERTIFICATES} and {@code BACKEND_PROXY} are added
     * to them.
     */
    public Service http(Consumer<HttpOptions.Builder> options) {
        return with(changed -> changed.http.add(options));
    }

    /** Sets how to log in where {@code AUTH_MODE} is not set. Default: {@link Authenticator#none()}. */
    public Service auth(Authenticator mode) {
        return with(changed -> changed.auth = mode);
    }

    /** Sets where the routes are mounted if {@code ROUTE_PREFIXES} is not set. Default: {@code /}. */
    public Service routePrefixes(String... prefixes) {
        return with(changed -> changed.prefixes = List.of(prefixes));
    }

    /**
     * Adds a route for GET and HEAD.
     *
     * @param path Javalin's, such as {@code /{jobname}/{metric}}
     */
    public Service get(String path, SessionHandler handler) {
        return route(path, handler, ApiBuilder::get);
    }

    /** Adds a route for POST. */
    public Service post(String path, SessionHandler handler) {
        return route(path, handler, ApiBuilder::post);
    }

    /** Adds a route for PUT. */
    public Service put(String path, SessionHandler handler) {
        return route(path, handler, ApiBuilder::put);
    }

    /** Adds a route for PATCH. */
    public Service patch(String path, SessionHandler handler) {
        return route(path, handler, ApiBuilder::patch);
    }

    /** Adds a route for DELETE. */
    public Service delete(String path, SessionHandler handler) {
        return route(path, handler, ApiBuilder::delete);
    }

    private Service route(String path, SessionHandler handler, BiConsumer<String, Handler> method) {
        return routes(backend -> method.accept(path, ctx -> handler.handle(backend.session(ctx), ctx)));
    }

    /** Adds routes with Javalin's ApiBuilder. The group runs once for each route prefix. */
    public Service routes(Consumer<Backend> routes) {
        return routes((backend, settings) -> routes.accept(backend));
    }

    /** Adds routes that depend on settings of the author's own ({@link #setting}). */
    public Service routes(BiConsumer<Backend, Settings> routes) {
        return with(changed -> changed.routes.add(routes));
    }

    /**
     * Declares a setting of the author's own. {@code --help} lists it, and it is read from all sources.
     *
     * @throws IllegalArgumentException if there is one of this name already
     */
    public Service setting(Setting setting) {
        return with(changed -> changed.own.add(setting)).checked();
    }

    /**
     * Adds a further backend, below a prefix of its own.
     *
     * @throws IllegalArgumentException if one of its settings has the name of another one
     */
    public Service further(FurtherBackend backend) {
        return with(changed -> changed.further.add(backend)).checked();
    }

    /** Sets what {@link #main} starts where the service has no backend: one to try the service with. Default: nothing. */
    public Service demo(Demo demo) {
        return with(changed -> changed.demo = demo);
    }

    /** Configures everything else of the app. Runs last. May be called again for more. */
    public Service configure(Consumer<ApiApp.Builder> app) {
        return configure((builder, settings) -> app.accept(builder));
    }

    /** Configures everything else of the app, depending on settings. Runs last. May be called again for more. */
    public Service configure(BiConsumer<ApiApp.Builder, Settings> app) {
        return with(changed -> changed.configure.add(app));
    }

    /** Returns the metadata of the service. */
    public ServiceMetadata metadata() {
        return definition.metadata;
    }

    /** Returns all settings of the service, in the order of {@code --help}. */
    public List<Setting> settings() {
        return definition.table().all().toList();
    }

    /**
     * Runs the service: reads the settings, configures the log, and listens. Then it returns, or it ends the JVM with an exit
     * code. Standard error has one line about a failure.
     *
     * <ul>
     *   <li>0: {@code --help} or {@code --version}
     *   <li>1: the service cannot start, for example because the port is in use
     *   <li>2: a setting or an argument cannot be used
     *   <li>143 after SIGTERM and 130 after Ctrl-C, when the requests in flight have finished
     * </ul>
     */
    @SuppressWarnings("IncorrectMainMethod") // no entry of the JVM: the author's main calls it
    public void main(String... args) {
        // Without arguments picocli is not loaded: its class files have the format of Java 5, which no class archive
        // accepts.
        var exitCode = args.length == 0 ? new Program(definition).start(Map.of()) : Arguments.run(definition, args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /**
     * Returns the service with these settings, not started. Changes nothing of the process: it reads no environment and
     * configures no log. {@link ApiApp#stop} closes what it opens. If it throws an exception, it has closed that itself.
     *
     * @param settings by their names in the environment, such as {@code BACKEND_URL}
     * @throws IllegalArgumentException for the first setting that cannot be used; the message is one line that names it
     */
    public ApiApp app(Map<String, String> settings) {
        var values = SettingSources.given(definition.table(), settings);
        return new AppFactory(definition, Configuration.from(definition, values)).app();
    }

    /** Returns the service in front of the backend at this address, not started. All else has its default. */
    public ApiApp at(String backendUrl) {
        return app(Map.of(StandardSetting.BACKEND_URL.name(), backendUrl));
    }

    private Service with(Consumer<ServiceDefinition> change) {
        var changed = new ServiceDefinition(definition);
        change.accept(changed);
        return new Service(changed);
    }

    private Service checked() {
        definition.table();
        return this;
    }
}

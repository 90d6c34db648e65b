package io.apikit;

import io.apikit.internal.health.Probes;
import io.apikit.internal.server.JsonBytes;
import io.apikit.ops.AppPage;
import io.apikit.ops.AppView;
import io.apikit.ops.callers.CallerCheck;
import io.javalin.config.RoutesConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pages about one app, their routes and their life from the app's start to its stop. Thread-safe. */
record MountedPages(List<MountedPage> pages) {
    /**
     * @param operationsPaths the paths of probes and metrics
     * @param routes all routes that callers can reach
     */
    static MountedPages of(
            List<AppPage> pages,
            Map<String, String> metadata,
            Optional<MeterRegistry> meters,
            Probes probes,
            Optional<CallerCheck> callers,
            Stream<String> operationsPaths,
            Supplier<List<AppView.Route>> routes) {
        var shown = pages.stream().flatMap(MountedPages::paths);
        var paths = Stream.concat(operationsPaths, shown).collect(Collectors.toUnmodifiableSet());
        var view = new View(metadata, meters, paths, probes, callers, routes);
        return new MountedPages(pages.stream()
                .map(page -> new MountedPage(page, page.contentFor(view)))
                .toList());
    }

    private static Stream<String> paths(AppPage page) {
        var data = page.hasData() ? Stream.of(dataPath(page)) : Stream.<String>empty();
        return Stream.of(Stream.of(page.path()), data, page.files().stream()).flatMap(paths -> paths);
    }

    private static String dataPath(AppPage page) {
        return page.path() + ".json";
    }

    /** Names the paths, for the error if the author has a route there too. */
    void nameOwnPaths(AppRouter router) {
        var what = "the page that operations(ops -> ops.page(..)) has added; give the page another path";
        pages.stream().map(MountedPage::page).flatMap(MountedPages::paths).forEach(path -> router.own(path, what));
    }

    void mount(RoutesConfig routes, OperationsRoutes operations) {
        pages.forEach(
                mounted -> mounted.mount(routes, mounted.page.isForCallers() ? operations.onEveryPort() : operations));
    }

    /** Returns the paths of the pages that are for the people who run the service, of their data and files. */
    Stream<String> operationsPaths() {
        return pages.stream()
                .map(MountedPage::page)
                .filter(page -> !page.isForCallers())
                .flatMap(MountedPages::paths);
    }

    void start() {
        pages.forEach(page -> page.content.start());
    }

    Stream<AutoCloseable> resources() {
        return pages.stream().map(MountedPage::content);
    }

    private record MountedPage(AppPage page, AppPage.Content content) {
        void mount(RoutesConfig routes, OperationsRoutes operations) {
            operations.mount(routes, page.path(), content::respond);
            if (page.hasData()) {
                operations.mount(
                        routes,
                        dataPath(page),
                        ctx -> ctx.contentType(JsonBytes.TYPE).result(JsonBytes.bytes(content.data())));
            }
            page.files().forEach(file -> operations.mount(routes, file, ctx -> content.respondFile(ctx, file)));
        }
    }

    private record View(
            Map<String, String> metadata,
            Optional<MeterRegistry> meters,
            Set<String> operationsPaths,
            Probes probes,
            Optional<CallerCheck> callers,
            Supplier<List<Route>> registered)
            implements AppView {
        @Override
        public List<Route> routes() {
            return registered.get();
        }

        @Override
        public ReadinessReport readiness() {
            var ready = probes.peek();
            return new ReadinessReport(ready.status().text(), ready.checks());
        }
    }
}

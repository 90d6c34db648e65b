package io.apikit;

import io.apikit.internal.health.Probes;
import io.apikit.internal.server.JsonBytes;
import io.apikit.ops.AppPage;
import io.apikit.ops.AppView;
import io.apikit.ops.CallerCheck;
import io.javalin.config.RoutesConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pages about one app, their routes and their life from the app's start to its stop. Thread-safe. */
record MountedPages(List<MountedPage> pages) {
    /** @param operationsPaths the paths of probes and metrics */
    static MountedPages of(
            List<AppPage> pages,
            Map<String, String> metadata,
            Optional<MeterRegistry> meters,
            Probes probes,
            Optional<CallerCheck> callers,
            Stream<String> operationsPaths) {
        var shown = pages.stream().flatMap(page -> Stream.of(page.path(), dataPath(page.path())));
        var paths = Stream.concat(operationsPaths, shown).collect(Collectors.toUnmodifiableSet());
        var view = new View(metadata, meters, paths, probes, callers);
        return new MountedPages(pages.stream()
                .map(page -> new MountedPage(page.path(), page.contentFor(view)))
                .toList());
    }

    private static String dataPath(String path) {
        return path + ".json";
    }

    /** Names the paths, for the error if the author has a route there too. */
    void nameOwnPaths(AppRouter router) {
        for (var page : pages) {
            var what = "the page that operations(ops -> ops.page(..)) has added; give the page another path";
            router.own(page.path, what);
            router.own(dataPath(page.path), what);
        }
    }

    void mount(RoutesConfig routes, OperationsRoutes operations) {
        for (var page : pages) {
            var content = page.content;
            operations.mount(routes, page.path, content::respond);
            operations.mount(
                    routes,
                    dataPath(page.path),
                    ctx -> ctx.contentType(JsonBytes.TYPE).result(JsonBytes.bytes(content.data())));
        }
    }

    /** Returns the paths of the pages and of their data. */
    Stream<String> paths() {
        return pages.stream().map(MountedPage::path).flatMap(path -> Stream.of(path, dataPath(path)));
    }

    void start() {
        pages.forEach(page -> page.content.start());
    }

    Stream<AutoCloseable> resources() {
        return pages.stream().map(MountedPage::content);
    }

    private record MountedPage(String path, AppPage.Content content) {}

    private record View(
            Map<String, String> metadata,
            Optional<MeterRegistry> meters,
            Set<String> operationsPaths,
            Probes probes,
            Optional<CallerCheck> callers)
            implements AppView {
        @Override
        public ReadinessReport readiness() {
            var ready = probes.peek();
            return new ReadinessReport(ready.status().text(), ready.checks());
        }
    }
}

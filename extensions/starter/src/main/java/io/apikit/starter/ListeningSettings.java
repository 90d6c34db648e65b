package io.apikit.starter;

import static io.apikit.starter.StandardSetting.FORWARDED_FOR;
import static io.apikit.starter.StandardSetting.GRACE;
import static io.apikit.starter.StandardSetting.HOST;
import static io.apikit.starter.StandardSetting.PORT;
import static io.apikit.starter.StandardSetting.ROUTE_PREFIXES;
import static io.apikit.starter.StandardSetting.STATUS;
import static io.apikit.starter.StandardSetting.STOP_DELAY;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.ops.AppPage;
import io.apikit.status.StatusPage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How the service listens and ends. Immutable.
 *
 * @param forwardedFor the proxies whose {@code X-Forwarded-For} is used
 * @param stopDelay time from the first 503 of the readiness probe to the end of listening. Empty: the library's default
 * @param grace time that the requests in flight then have left
 * @param status the path of the status page. Empty: there is none
 */
record ListeningSettings(
        String host,
        int port,
        List<String> prefixes,
        List<String> forwardedFor,
        Optional<Duration> stopDelay,
        Duration grace,
        Optional<String> status) {
    private static final int LAST_PORT = 65_535;
    private static final int LONGEST_SECONDS = 3_600;

    /**
     * Reads the settings.
     *
     * @param statusPage the path of the status page where no setting says it
     * @throws InvalidSettingException for the first setting that cannot be used
     */
    static ListeningSettings read(ServiceDefinition service, SettingValues values, Optional<String> statusPage) {
        var settings = new ListeningSettings(
                values.find(HOST).orElse("127.0.0.1"),
                values.number(PORT, 0, LAST_PORT, "a number").orElse(8080),
                values.list(ROUTE_PREFIXES),
                values.list(FORWARDED_FOR),
                seconds(values, STOP_DELAY),
                seconds(values, GRACE).orElse(Duration.ofSeconds(10)),
                values.find(STATUS).or(() -> statusPage.filter(page -> Status.isThere())));
        settings.check(service.metadata, values, service.reserved());
        return settings;
    }

    private static Optional<Duration> seconds(SettingValues values, StandardSetting setting) {
        return values.number(setting, 0, LONGEST_SECONDS, "a number of seconds").map(Duration::ofSeconds);
    }

    /** Has the library check what it can check. */
    private void check(ServiceMetadata metadata, SettingValues values, String... reserved) {
        check(values, ROUTE_PREFIXES, metadata, app -> {
            reserve(app, reserved);
            app.routePrefixes(prefixes.toArray(String[]::new));
        });
        check(values, FORWARDED_FOR, metadata, app -> app.operations(ops -> ops.forwardedFor(proxies())));
        check(values, STATUS, metadata, this::addStatusPage);
    }

    /** Reserves the prefixes of all further backends, if there are any. */
    static void reserve(ApiApp.Builder app, String... reserved) {
        if (reserved.length > 0) {
            app.reservePrefixes(reserved);
        }
    }

    private static void check(
            SettingValues values, StandardSetting setting, ServiceMetadata metadata, Consumer<ApiApp.Builder> use) {
        values.checked(setting.name(), () -> {
            var app = ApiApp.builder(metadata);
            use.accept(app);
            return app;
        });
    }

    private String[] proxies() {
        return forwardedFor.toArray(String[]::new);
    }

    private void addStatusPage(ApiApp.Builder app) {
        status.ifPresent(path -> app.operations(ops -> ops.page(Status.page(path))));
    }

    /** Adds these settings to an app. */
    void addTo(ApiApp.Builder app) {
        app.routePrefixes(prefixes.toArray(String[]::new));
        app.operations(ops -> ops.grace(grace).forwardedFor(proxies()));
        stopDelay.ifPresent(delay -> app.operations(ops -> ops.stopDelay(delay)));
        addStatusPage(app);
    }

    /** Returns the URL of the service on this machine. */
    String url(int actualPort) {
        var reachable = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return "http://" + (reachable.contains(":") ? "[" + reachable + "]" : reachable) + ":" + actualPort;
    }

    /** Uses the optional artifact. The starter works without it, because nothing else names its classes. */
    private static final class Status {
        private Status() {}

        static AppPage page(String path) {
            return StatusPage.at(path);
        }

        static boolean isThere() {
            try {
                page("/status");
                return true;
            } catch (NoClassDefFoundError ignored) {
                return false;
            }
        }
    }
}

package io.apikit.example;

import io.apikit.ApiApp;
import io.apikit.example.systems.ConfiguredSystems;
import io.apikit.status.StatusPage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The settings of the service, read from the environment and checked before anything starts. Immutable.
 *
 * @param backend the backend of the service. Empty: the demo's
 * @param systems the further systems that the service wraps
 * @param store what the replicas of the service share. Empty: nothing
 * @param forwardedFor the proxies whose {@code X-Forwarded-For} is used
 * @param status the path of the status page. Empty: there is none
 */
record Configuration(
        Optional<BackendSettings> backend,
        ConfiguredSystems systems,
        Optional<StoreSettings> store,
        String host,
        int port,
        List<String> prefixes,
        List<String> forwardedFor,
        StopSettings stopping,
        Optional<String> status) {
    private static final int LAST_PORT = 65_535;

    /**
     * Reads the settings.
     *
     * @throws InvalidSettingException for the first setting that cannot be used
     */
    static Configuration from(Map<String, String> environment) {
        return new Configuration(
                backend(environment),
                SystemSettingsReader.read(environment),
                StoreSettings.from(environment),
                Variable.HOST.strippedIn(environment).orElse("127.0.0.1"),
                port(Variable.PORT.strippedIn(environment).orElse("8080")),
                prefixes(Variable.ROUTE_PREFIXES.strippedIn(environment).orElse("/,/mymicroservice")),
                Variable.FORWARDED_FOR
                        .strippedIn(environment)
                        .map(Configuration::proxies)
                        .orElse(List.of()),
                StopSettings.from(environment),
                status(environment));
    }

    private static Optional<BackendSettings> backend(Map<String, String> environment) {
        var url = Variable.BACKEND_URL.strippedIn(environment);
        if (url.isEmpty()) {
            Stream.of(Variable.values())
                    .filter(variable -> variable.name().startsWith("AUTH_"))
                    .filter(variable -> variable.in(environment).isPresent())
                    .findFirst()
                    .ifPresent(variable -> {
                        throw new InvalidSettingException(variable, "is set, but BACKEND_URL is not");
                    });
        }
        return url.map(backend -> BackendSettings.from(backend, environment));
    }

    private static int port(String text) {
        return Optional.of(text)
                .filter(digits -> digits.matches("[0-9]{1,5}"))
                .map(Integer::parseInt)
                .filter(port -> port <= LAST_PORT)
                .orElseThrow(() -> new InvalidSettingException(
                        Variable.PORT, "must be a number from 0 to " + LAST_PORT + ", not '" + text + "'"));
    }

    private static List<String> prefixes(String list) {
        var prefixes = split(list);
        try {
            ApiApp.builder(MyMicroservice.METADATA)
                    .reservePrefixes(ConfiguredSystems.PREFIXES.toArray(String[]::new))
                    .routePrefixes(prefixes.toArray(String[]::new));
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(Variable.ROUTE_PREFIXES, String.valueOf(e.getMessage()));
        }
        return prefixes;
    }

    private static List<String> proxies(String list) {
        var proxies = split(list);
        try {
            ApiApp.builder(MyMicroservice.METADATA).operations(ops -> ops.forwardedFor(proxies.toArray(String[]::new)));
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(Variable.FORWARDED_FOR, String.valueOf(e.getMessage()));
        }
        return proxies;
    }

    private static List<String> split(String list) {
        return Stream.of(list.split(",", -1)).map(String::strip).toList();
    }

    /** The demo has a status page without a setting. */
    private static Optional<String> status(Map<String, String> environment) {
        var path = Variable.STATUS.strippedIn(environment);
        path.ifPresent(Configuration::checkStatus);
        var isDemo = Variable.BACKEND_URL.in(environment).isEmpty();
        return path.or(() -> Optional.of("/status").filter(demo -> isDemo));
    }

    private static void checkStatus(String path) {
        try {
            ApiApp.builder(MyMicroservice.METADATA).operations(ops -> ops.page(StatusPage.at(path)));
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(Variable.STATUS, String.valueOf(e.getMessage()));
        }
    }

    /**
     * How long the service takes to end. Immutable.
     *
     * @param delay time from the first 503 of the readiness probe to the end of listening. Empty: the library's default
     * @param grace time that the requests in flight then have left
     */
    record StopSettings(Optional<Duration> delay, Duration grace) {
        private static final int LONGEST_SECONDS = 3_600;

        static StopSettings from(Map<String, String> environment) {
            return new StopSettings(
                    Variable.STOP_DELAY.strippedIn(environment).map(text -> seconds(Variable.STOP_DELAY, text)),
                    seconds(
                            Variable.GRACE,
                            Variable.GRACE.strippedIn(environment).orElse("10")));
        }

        private static Duration seconds(Variable variable, String text) {
            return Optional.of(text)
                    .filter(digits -> digits.matches("[0-9]{1,4}"))
                    .map(Integer::parseInt)
                    .filter(seconds -> seconds <= LONGEST_SECONDS)
                    .map(Duration::ofSeconds)
                    .orElseThrow(() -> new InvalidSettingException(
                            variable,
                            "must be a number of seconds from 0 to " + LONGEST_SECONDS + ", not '" + text + "'"));
        }
    }
}

package io.apikit.example;

import io.apikit.ApiApp;
import io.apikit.status.StatusPage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The settings of the service, read from the environment and checked before anything starts. Immutable.
 *
 * @param backend the backend to front; empty: the demo's
 * @param systems what is wrapped beside it
 * @param forwardedFor the proxies that say where requests come from
 * @param status the path of the status page; empty: there is none
 */
record Configuration(
        Optional<BackendSettings> backend,
        Systems systems,
        String host,
        int port,
        List<String> prefixes,
        List<String> forwardedFor,
        Stopping stopping,
        Optional<String> status) {
    private static final int LAST_PORT = 65_535;

    /**
     * Reads them.
     *
     * @throws BadConfiguration for the first that cannot be used
     */
    static Configuration from(Map<String, String> environment) {
        return new Configuration(
                backend(environment),
                Sites.read(environment),
                Variable.HOST.strippedIn(environment).orElse("127.0.0.1"),
                port(Variable.PORT.strippedIn(environment).orElse("8080")),
                prefixes(Variable.ROUTE_PREFIXES.strippedIn(environment).orElse("/,/mymicroservice")),
                Variable.FORWARDED_FOR
                        .strippedIn(environment)
                        .map(Configuration::proxies)
                        .orElse(List.of()),
                Stopping.from(environment),
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
                        throw new BadConfiguration(variable, "is set, but BACKEND_URL is not");
                    });
        }
        return url.map(backend -> BackendSettings.from(backend, environment));
    }

    private static int port(String text) {
        return Optional.of(text)
                .filter(digits -> digits.matches("[0-9]{1,5}"))
                .map(Integer::parseInt)
                .filter(port -> port <= LAST_PORT)
                .orElseThrow(() -> new BadConfiguration(
                        Variable.PORT, "must be a number from 0 to " + LAST_PORT + ", not '" + text + "'"));
    }

    private static List<String> prefixes(String list) {
        var prefixes = listed(list);
        try {
            ApiApp.builder(MyMicroservice.METADATA).routePrefixes(prefixes.toArray(String[]::new));
        } catch (IllegalArgumentException refused) {
            throw new BadConfiguration(Variable.ROUTE_PREFIXES, String.valueOf(refused.getMessage()));
        }
        return prefixes;
    }

    private static List<String> proxies(String list) {
        var proxies = listed(list);
        try {
            ApiApp.builder(MyMicroservice.METADATA).operations(ops -> ops.forwardedFor(proxies.toArray(String[]::new)));
        } catch (IllegalArgumentException refused) {
            throw new BadConfiguration(Variable.FORWARDED_FOR, String.valueOf(refused.getMessage()));
        }
        return proxies;
    }

    private static List<String> listed(String list) {
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
        } catch (IllegalArgumentException refused) {
            throw new BadConfiguration(Variable.STATUS, String.valueOf(refused.getMessage()));
        }
    }
}

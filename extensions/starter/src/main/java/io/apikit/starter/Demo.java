package io.apikit.starter;

import io.apikit.auth.Backend;
import java.util.List;
import java.util.Optional;

/** A backend to try a service with. It starts where the service has no backend. */
@FunctionalInterface
public interface Demo {
    /**
     * Starts the backend.
     *
     * @param settings of the service: a further backend without an address may get one to try, too
     */
    Running start(Settings settings);

    /** A demo that has started. It runs until the JVM ends. */
    interface Running {
        /** Returns the backend of the service, which the service closes. */
        Backend backend();

        /** Returns systems in place of further backends that have no address. */
        default List<WrappedSystem> systems() {
            return List.of();
        }

        /**
         * Returns lines to print on standard output.
         *
         * @param url of the service
         * @param statusPage the path of the status page. Empty: there is none
         */
        List<String> guide(String url, Optional<String> statusPage);
    }
}

package io.apikit.example;

import io.apikit.example.demo.ServiceDemo;
import io.apikit.example.systems.WrappedSystems;
import io.apikit.starter.Service;

/** Runs {@link MyMicroservice} with five further systems. Where no backend is configured, it is a demo. */
public final class Main {
    /** The service with the further systems and the demo. */
    public static final Service SERVICE =
            WrappedSystems.addTo(MyMicroservice.SERVICE).demo(ServiceDemo::start);

    private Main() {}

    /** Starts the service and returns, or ends the JVM with an exit code other than 0. */
    public static void main(String... args) {
        SERVICE.main(args);
    }
}

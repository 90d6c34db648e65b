package io.apikit.example;

import io.apikit.example.demo.ServiceDemo;
import io.apikit.example.systems.WrappedSystems;
import io.apikit.openapi.OpenApi;
import io.apikit.starter.Service;

/** Runs {@link MyMicroservice} with five further systems and a page at {@code /docs}. Without a backend, it is a demo. */
public final class Main {
    /** The service with the further systems and the demo. */
    public static final Service SERVICE = WrappedSystems.addTo(MyMicroservice.SERVICE)
            .configure(app -> app.operations(ops -> ops.page(description())))
            .demo(ServiceDemo::start);

    private Main() {}

    private static OpenApi description() {
        return OpenApi.at("/docs")
                .route(
                        "GET",
                        "/{jobname}/{metric}",
                        route -> route.summary("One metric of one job")
                                .parameter("jobname", "Name of the job, such as nightly")
                                .parameter("metric", "Name of the metric, such as coverage")
                                .answers(MyMicroservice.JobMetric.class)
                                .error(404, "There is no such metric."));
    }

    /** Starts the service and returns, or ends the JVM with an exit code other than 0. */
    public static void main(String... args) {
        SERVICE.main(args);
    }
}

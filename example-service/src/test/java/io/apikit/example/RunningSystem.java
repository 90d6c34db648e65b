package io.apikit.example;

import io.apikit.ApiApp;
import io.apikit.starter.FurtherBackend;
import io.apikit.starter.WrappedSystem;
import io.restassured.specification.RequestSpecification;
import java.util.Map;

/** The service with one further system, at a free port. The service's own backend is unreachable. */
public record RunningSystem(ApiApp app) implements AutoCloseable {
    public static RunningSystem of(WrappedSystem system) {
        var unreachable = "http://127.0.0.1:9";
        return new RunningSystem(MyMicroservice.SERVICE
                .further(FurtherBackend.named("system", "The system", site -> system)
                        .prefix(system.prefix()))
                .app(Map.of("BACKEND_URL", unreachable, "SYSTEM_URL", unreachable))
                .start("127.0.0.1", 0));
    }

    public RequestSpecification anonymous() {
        return RunningDemo.at(app);
    }

    public RequestSpecification as(String user, String password) {
        return anonymous().auth().preemptive().basic(user, password);
    }

    public String url() {
        return RunningDemo.url(app);
    }

    @Override
    public void close() {
        app.stop();
    }
}

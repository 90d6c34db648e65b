package io.apikit.example;

import io.apikit.ApiApp;
import io.apikit.auth.Backend;
import io.apikit.example.systems.WrappedSystem;
import io.restassured.specification.RequestSpecification;

/** The service with one further system, at a free port. The service's own backend is unreachable. */
public record RunningSystem(ApiApp app) implements AutoCloseable {
    public static RunningSystem of(WrappedSystem system) {
        var unreachable = Backend.at("http://127.0.0.1:9").build();
        return new RunningSystem(
                ServiceLauncher.addSystem(MyMicroservice.app(unreachable, "/", "/mymicroservice"), system)
                        .build()
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

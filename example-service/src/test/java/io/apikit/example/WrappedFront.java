package io.apikit.example;

import io.apikit.ApiApp;
import io.apikit.auth.Backend;
import io.restassured.specification.RequestSpecification;

/** The technote's service with one more system beside it, at a free port. Its own backend is nowhere. */
record WrappedFront(ApiApp app) implements AutoCloseable {
    static WrappedFront of(Wrapper wrapper) {
        var nowhere = Backend.at("http://127.0.0.1:9").build();
        return new WrappedFront(Launch.beside(MyMicroservice.app(nowhere, "/", "/mymicroservice"), wrapper)
                .build()
                .start("127.0.0.1", 0));
    }

    RequestSpecification nobody() {
        return Front.at(app);
    }

    RequestSpecification as(String user, String password) {
        return nobody().auth().preemptive().basic(user, password);
    }

    String url() {
        return Front.url(app);
    }

    @Override
    public void close() {
        app.stop();
    }
}

package io.apikit.example;

import static io.restassured.RestAssured.given;

import io.apikit.ApiApp;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;

/** The demo and the service in front of it, at a free port: tests knock at its front door. */
record Front(Demo demo, ApiApp app) implements AutoCloseable {
    static final String VALUE = "/nightly/coverage";

    static Front open() {
        var demo = Demo.start();
        return new Front(demo, start(demo.backend()));
    }

    /** The service in front of a backend of the test's own. */
    static ApiApp start(Backend backend) {
        return MyMicroservice.app(backend, "/", "/mymicroservice")
                .operations(ops -> ops.stopDelay(Duration.ZERO))
                .build()
                .start("127.0.0.1", 0);
    }

    /** The service in front of a backend that wants no login. */
    static ApiApp start(String backendUrl) {
        return start(Backend.at(backendUrl).auth(Authenticator.none()).build());
    }

    FakeOAuth2Proxy proxy() {
        return demo.proxy();
    }

    FakeIdentityProvider provider() {
        return demo.identityProvider();
    }

    String url() {
        return url(app);
    }

    static String url(ApiApp app) {
        return "http://127.0.0.1:" + app.port();
    }

    /** A request of nobody in particular. */
    RequestSpecification nobody() {
        return at(app);
    }

    /** Without keeping the connection: stopping the app would wait a second for an idle one. */
    static RequestSpecification at(ApiApp app) {
        return given().baseUri(url(app)).urlEncodingEnabled(false).header("Connection", "close");
    }

    RequestSpecification as(Demo.User user) {
        return as(user.name(), user.password());
    }

    RequestSpecification as(String user, String password) {
        return nobody().auth().preemptive().basic(user, password);
    }

    RequestSpecification alice() {
        return as(Demo.USERS.get(0));
    }

    RequestSpecification bob() {
        return as(Demo.USERS.get(1));
    }

    @Override
    public void close() {
        app.stop();
        demo.close();
    }
}

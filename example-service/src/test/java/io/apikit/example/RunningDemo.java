package io.apikit.example;

import static io.restassured.RestAssured.given;

import io.apikit.ApiApp;
import io.apikit.example.demo.DemoBackend;
import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import io.restassured.specification.RequestSpecification;
import java.util.HashMap;
import java.util.Map;

/** The demo's backend and the service in service of it, at a free port. */
public record RunningDemo(DemoBackend demo, ApiApp app) implements AutoCloseable {
    public static final String VALUE = "/nightly/coverage";

    public static RunningDemo open() {
        var demo = DemoBackend.start();
        return new RunningDemo(demo, start(Map.of("BACKEND_URL", demo.proxy().url(), "AUTH_MODE", "oauth2-proxy")));
    }

    /** Starts the service with these settings, and without a delay at its end. */
    static ApiApp start(Map<String, String> settings) {
        var more = new HashMap<>(settings);
        more.put("STOP_DELAY", "0");
        return MyMicroservice.SERVICE.app(more).start("127.0.0.1", 0);
    }

    /** Starts the service in service of a backend that needs no login. */
    static ApiApp start(String backendUrl) {
        return start(Map.of("BACKEND_URL", backendUrl));
    }

    public FakeOAuth2Proxy proxy() {
        return demo.proxy();
    }

    public FakeIdentityProvider provider() {
        return demo.identityProvider();
    }

    public String url() {
        return url(app);
    }

    static String url(ApiApp app) {
        return "http://127.0.0.1:" + app.port();
    }

    /** Returns a request without credentials. */
    public RequestSpecification anonymous() {
        return at(app);
    }

    /** Returns a request that closes its connection: a stop would wait a second for an idle one. */
    public static RequestSpecification at(ApiApp app) {
        return given().baseUri(url(app)).urlEncodingEnabled(false).header("Connection", "close");
    }

    public RequestSpecification as(DemoBackend.User user) {
        return as(user.name(), user.password());
    }

    public RequestSpecification as(String user, String password) {
        return anonymous().auth().preemptive().basic(user, password);
    }

    public RequestSpecification alice() {
        return as(DemoBackend.USERS.get(0));
    }

    public RequestSpecification bob() {
        return as(DemoBackend.USERS.get(1));
    }

    @Override
    public void close() {
        app.stop();
        demo.close();
    }
}

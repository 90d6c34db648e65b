package io.apikit.example.joined;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.apikit.ApiApp;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.example.RunningDemo;
import io.apikit.example.demo.DemoBackend;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JoinedServiceTest {
    private final DemoBackend demo = DemoBackend.start();
    private final OwnerRegistry owners = OwnerRegistry.start();
    private final ApiApp app =
            JoinedService.app(demo.backend(), registry(OwnerRegistry.PASSWORD)).start("127.0.0.1", 0);

    @AfterEach
    void close() {
        app.stop();
        owners.close();
        demo.close();
    }

    @Test
    void responseHasDataOfBothBackends() {
        alice(app)
                .get("/nightly/coverage")
                .then()
                .statusCode(200)
                .body("", aMapWithSize(4))
                .body("jobname", equalTo("nightly"))
                .body("metric", equalTo("coverage"))
                .body("value", containsString("as alice sees it"))
                .body("owner", equalTo("carol"));
    }

    @Test
    void errorOfEitherBackendIsTheResponse() {
        alice(app).get("/yearly/coverage").then().statusCode(404).body("error_content", containsString("job"));
        alice(app).get("/nightly/nonsense").then().statusCode(404).body("error_content", containsString("metric"));
    }

    @Test
    void requestWithoutCredentialsReachesNeitherBackend() {
        RunningDemo.at(app).get("/nightly/coverage").then().statusCode(401);
        assertThat(demo.proxy().backendRequests()).isZero();
    }

    @Test
    void refusedServiceAccountIsA502() {
        var broken = JoinedService.app(demo.backend(), registry("wrong")).start("127.0.0.1", 0);
        alice(broken).get("/nightly/coverage").then().statusCode(502).body("status_code", equalTo(502));
        broken.stop();
    }

    private Backend registry(String password) {
        return Backend.at(owners.url())
                .auth(Authenticator.basic())
                .credentials(Credentials.password(OwnerRegistry.ACCOUNT, password))
                .build();
    }

    private static RequestSpecification alice(ApiApp app) {
        return RunningDemo.at(app).auth().preemptive().basic("alice", "wonderland");
    }
}

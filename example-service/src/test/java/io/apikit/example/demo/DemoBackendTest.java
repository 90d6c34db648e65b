package io.apikit.example.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.apikit.example.ConcurrentCalls;
import io.apikit.example.RunningDemo;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DemoBackendTest {
    private final RunningDemo demo = RunningDemo.open();

    @AfterEach
    void close() {
        demo.close();
    }

    @Test
    void eachUserGetsTheirOwnValue() {
        demo.alice().get(RunningDemo.VALUE).then().statusCode(200).body("value", equalTo("93.5 (as alice sees it)"));
        demo.bob().get(RunningDemo.VALUE).then().statusCode(200).body("value", equalTo("61.2 (as bob sees it)"));
    }

    @Test
    void routeIsAtTheRootAndBelowThePrefix() {
        for (var prefix : List.of("", "/mymicroservice")) {
            demo.alice()
                    .get(prefix + "/nightly/duration")
                    .then()
                    .statusCode(200)
                    .contentType("application/json")
                    .body("", aMapWithSize(3))
                    .body("jobname", equalTo("nightly"))
                    .body("metric", equalTo("duration"))
                    .body("value", containsString("12.8"));
        }
    }

    @Test
    void headHasTheLengthOfGet() {
        var length = demo.alice().get(RunningDemo.VALUE).header("Content-Length");
        demo.alice().head(RunningDemo.VALUE).then().statusCode(200).header("Content-Length", length);
    }

    @Test
    void requestWithoutCredentialsIsA401() {
        demo.anonymous()
                .get(RunningDemo.VALUE)
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", startsWith("Basic realm="))
                .body("", aMapWithSize(3))
                .body("reason", equalTo("Unauthorized"))
                .body("status_code", equalTo(401))
                .body("error_content", equalTo("Credentials are needed."));
        assertThat(demo.proxy().backendRequests()).isZero();
        assertThat(demo.provider().loginAttempts()).isZero();
    }

    @Test
    void repeatedWrongPasswordIsTriedOnce() throws Exception {
        var wrong = new DemoBackend.User("alice", "looking-glass");
        for (int i = 0; i < 20; i++) {
            demo.as(wrong)
                    .get(RunningDemo.VALUE)
                    .then()
                    .statusCode(401)
                    .header("WWW-Authenticate", startsWith("Basic"));
        }
        var refused = ConcurrentCalls.get(demo.url() + RunningDemo.VALUE, wrong).get();
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).doesNotContain(wrong.password());
        assertThat(demo.provider().loginAttempts("alice")).isEqualTo(1);
    }

    @Test
    void wrongPasswordDoesNotEndTheSession() {
        demo.alice().get(RunningDemo.VALUE).then().statusCode(200);
        demo.as("alice", "looking-glass").get(RunningDemo.VALUE).then().statusCode(401);
        demo.alice().get(RunningDemo.VALUE).then().statusCode(200);
        assertThat(demo.provider().logins("alice")).isEqualTo(1);
    }

    @Test
    void expiredSessionsUnderLoadCauseOneLoginPerUser() throws Exception {
        ConcurrentCalls.send(2, demo.url() + RunningDemo.VALUE).responses();
        demo.proxy().expireAllSessions();
        demo.provider().hold();
        var calls = ConcurrentCalls.send(200, demo.url() + RunningDemo.VALUE);
        demo.provider().awaitHeld(2);
        demo.provider().release();
        var responses = calls.responses();

        assertThat(Set.copyOf(responses))
                .containsExactlyInAnyOrder(response("93.5 (as alice sees it)"), response("61.2 (as bob sees it)"));
        assertThat(Collections.frequency(responses, response("93.5 (as alice sees it)")))
                .isEqualTo(100);
        assertThat(demo.provider().loginAttempts("alice")).isEqualTo(2);
        assertThat(demo.provider().loginAttempts("bob")).isEqualTo(2);
    }

    @Test
    void unknownMetricIsTheBackendsOwnError() {
        demo.bob()
                .get("/nightly/nonsense")
                .then()
                .statusCode(404)
                .body("reason", equalTo("Not Found"))
                .body("error_content", containsString("try coverage or duration"));
        assertThat(demo.proxy().backendRequests("bob")).isEqualTo(1);
    }

    @Test
    void guideHasALineToPasteForEachUser() {
        assertThat(demo.demo().guide("http://127.0.0.1:8080"))
                .contains(
                        "curl -u alice:wonderland http://127.0.0.1:8080/nightly/coverage",
                        "curl -u bob:builder http://127.0.0.1:8080/nightly/coverage");
    }

    private static String response(String value) {
        return "200 {\"jobname\":\"nightly\",\"metric\":\"coverage\",\"value\":\"" + value + "\"}";
    }
}

package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DemoTest {
    private final Front front = Front.open();

    @AfterEach
    void close() {
        front.close();
    }

    @Test
    void eachUserGetsAViewOfItsOwn() {
        front.alice().get(Front.VALUE).then().statusCode(200).body("value", equalTo("93.5 (as alice sees it)"));
        front.bob().get(Front.VALUE).then().statusCode(200).body("value", equalTo("61.2 (as bob sees it)"));
    }

    @Test
    void theRouteIsAtTheRootAndBelowThePrefix() {
        for (var prefix : List.of("", "/mymicroservice")) {
            front.alice()
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
    void headAnswersAsGetDoes() {
        var length = front.alice().get(Front.VALUE).header("Content-Length");
        front.alice().head(Front.VALUE).then().statusCode(200).header("Content-Length", length);
    }

    @Test
    void withoutCredentialsNobodyIsAnswered() {
        front.nobody()
                .get(Front.VALUE)
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", startsWith("Basic realm="))
                .body("", aMapWithSize(3))
                .body("reason", equalTo("Unauthorized"))
                .body("status_code", equalTo(401))
                .body("error_content", equalTo("Credentials are needed."));
        assertThat(front.proxy().backendRequests()).isZero();
        assertThat(front.provider().loginAttempts()).isZero();
    }

    @Test
    void aWrongPasswordIsTriedOnceHoweverOftenItIsRepeated() throws Exception {
        var wrong = new Demo.User("alice", "looking-glass");
        for (int i = 0; i < 20; i++) {
            front.as(wrong).get(Front.VALUE).then().statusCode(401).header("WWW-Authenticate", startsWith("Basic"));
        }
        var refused = ManyCalls.get(front.url() + Front.VALUE, wrong).get();
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).doesNotContain(wrong.password());
        assertThat(front.provider().loginAttempts("alice")).isEqualTo(1);
    }

    @Test
    void aWrongPasswordDoesNotDisturbTheSessionOfTheRightOne() {
        front.alice().get(Front.VALUE).then().statusCode(200);
        front.as("alice", "looking-glass").get(Front.VALUE).then().statusCode(401);
        front.alice().get(Front.VALUE).then().statusCode(200);
        assertThat(front.provider().logins("alice")).isEqualTo(1);
    }

    @Test
    void expiredSessionsUnderLoadCostOneLoginPerUser() throws Exception {
        ManyCalls.send(2, front.url() + Front.VALUE).answers();
        front.proxy().expireAllSessions();
        front.provider().hold();
        var calls = ManyCalls.send(200, front.url() + Front.VALUE);
        front.provider().awaitHeld(2);
        front.provider().release();
        var answers = calls.answers();

        assertThat(Set.copyOf(answers))
                .containsExactlyInAnyOrder(answer("93.5 (as alice sees it)"), answer("61.2 (as bob sees it)"));
        assertThat(Collections.frequency(answers, answer("93.5 (as alice sees it)")))
                .isEqualTo(100);
        assertThat(front.provider().loginAttempts("alice")).isEqualTo(2);
        assertThat(front.provider().loginAttempts("bob")).isEqualTo(2);
    }

    @Test
    void anUnknownMetricIsTheBackendsOwnError() {
        front.bob()
                .get("/nightly/nonsense")
                .then()
                .statusCode(404)
                .body("reason", equalTo("Not Found"))
                .body("error_content", containsString("try coverage or duration"));
        assertThat(front.proxy().backendRequests("bob")).isEqualTo(1);
    }

    @Test
    void theGuideHasALineToPasteForEachUser() {
        assertThat(front.demo().guide("http://127.0.0.1:8080"))
                .contains(
                        "curl -u alice:wonderland http://127.0.0.1:8080/nightly/coverage",
                        "curl -u bob:builder http://127.0.0.1:8080/nightly/coverage");
    }

    private static String answer(String value) {
        return "200 {\"jobname\":\"nightly\",\"metric\":\"coverage\",\"value\":\"" + value + "\"}";
    }
}

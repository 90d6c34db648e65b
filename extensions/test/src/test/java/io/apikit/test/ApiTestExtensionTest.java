package io.apikit.test;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The extension: parameters, and a backend without memory. */
@Execution(ExecutionMode.CONCURRENT)
class ApiTestExtensionTest {
    @RegisterExtension
    static final ApiTestExtension API =
            ApiTest.behind(Logins.token()).user("alice", "wonderland").extension(Thermometer::at);

    @BeforeEach
    void script(ScriptedBackend backend) {
        backend.get("/temp").answers("20");
    }

    @RepeatedTest(3)
    void eachMethodBeginsWithoutRequestsAndLogins(TestApp app, ScriptedBackend backend) {
        assertThat(backend.requests()).isEmpty();

        assertThat(app.as("alice", "wonderland").get("/temperature").status()).isEqualTo(200);

        assertThat(backend.requests()).hasSize(1);
        assertThat(backend.logins()).isEqualTo(1);
    }

    @Test
    void whatOneMethodScriptsNoOtherSees(TestApp app, ScriptedBackend backend) {
        backend.get("/temp").answers(418, "teapot", "text/plain");

        assertThat(app.as("alice", "wonderland").get("/temperature").error().content())
                .contains("teapot");
    }
}

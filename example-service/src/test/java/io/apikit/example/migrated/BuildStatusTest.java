package io.apikit.example.migrated;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.test.ApiTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Tests of {@link BuildStatus} against a Jenkins as it answers. */
class BuildStatusTest {
    private static final String JOB = "{\"_class\":\"hudson.model.FreeStyleProject\",\"name\":\"stack-os-matrix\","
            + "\"color\":\"blue\",\"lastBuild\":{\"number\":2187,\"url\":\"https://ci.lsst.codes/job/stack-os-matrix/2187/\"}}";

    @Test
    void jobIsJenkinssOwnJsonAtEachPrefix() {
        ApiTest.test(backend -> BuildStatus.SERVICE.at(backend.url()), (app, backend) -> {
            var route = backend.get("/job/stack-os-matrix/api/json").answers(200, JOB, "application/json");

            for (var prefix : new String[] {"", "/buildstatus", "/bldstatus"}) {
                var response = app.as("alice", "token").get(prefix + "/stack-os-matrix");
                assertThat(response.body()).isEqualTo(JOB);
                assertThat(response.header("Content-Type")).hasValue("application/json");
            }
            assertThat(route.requests())
                    .hasSize(3)
                    .allSatisfy(request -> assertThat(request.header("Authorization"))
                            .hasValue("Basic "
                                    + Base64.getEncoder()
                                            .encodeToString("alice:token".getBytes(StandardCharsets.UTF_8))));
        });
    }

    @Test
    void unknownJobIsA404InTheOneShape() {
        ApiTest.test(backend -> BuildStatus.SERVICE.at(backend.url()), (app, backend) -> {
            backend.get("/job/nonsense/api/json").answers(404, "<h2>HTTP ERROR 404 Not Found</h2>", "text/html");

            var error = app.as("alice", "token").get("/nonsense").error();

            assertThat(error.statusCode()).isEqualTo(404);
            assertThat(error.reason()).isEqualTo("Not Found");
        });
    }

    @Test
    void withoutCredentialsNothingIsSent() {
        ApiTest.test(backend -> BuildStatus.SERVICE.at(backend.url()), (app, backend) -> {
            assertThat(app.get("/stack-os-matrix").status()).isEqualTo(401);
            assertThat(app.get("/").body()).isEqualTo("OK");
        });
    }
}

package ${package};

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.apikit.test.ApiTest;
import io.apikit.test.ApiTestExtension;
import io.apikit.test.Logins;
import io.apikit.test.ScriptedBackend;
import io.apikit.test.TestApp;
import ${package}.${serviceClass}.Temperature;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ${serviceClass}Test {
    @RegisterExtension
    static final ApiTestExtension API = ApiTest.behind(Logins.oauth2Proxy())
            .user("alice", "wonderland")
            .extension(backend -> ${serviceClass}.SERVICE.app(backend.settings()));

    @BeforeEach
    void script(ScriptedBackend backend) {
        backend.get("/temp?place=oslo").answers("21.5");
    }

    @Test
    void aTemperatureIsANumber(TestApp app, ScriptedBackend backend) {
        var response = app.as("alice", "wonderland").get("/temperature/oslo");

        assertEquals(200, response.status());
        assertEquals(new Temperature("oslo", 21.5), response.json(Temperature.class));
        assertEquals(1, backend.logins());
    }

    @Test
    void aWrongPasswordReachesNothing(TestApp app, ScriptedBackend backend) {
        assertEquals(401, app.as("alice", "wrong").get("/temperature/oslo").status());
        assertEquals(0, backend.requests().size());
    }

    @Test
    void withoutCredentialsThereIsAChallenge(TestApp app) {
        var response = app.get("/temperature/oslo");

        assertEquals(401, response.status());
        assertEquals("Unauthorized", response.error().reason());
    }

    @Test
    void anExpiredLoginCostsOneLogin(TestApp app, ScriptedBackend backend) {
        app.as("alice", "wonderland").get("/temperature/oslo");
        backend.expireLogins();

        assertEquals(200, app.as("alice", "wonderland").get("/temperature/oslo").status());
        assertEquals(2, backend.logins());
    }

    @Test
    void aBackendThatIsDownIsABadGateway(TestApp app, ScriptedBackend backend) {
        backend.down();

        assertEquals(502, app.as("alice", "wonderland").get("/temperature/oslo").status());
    }
}

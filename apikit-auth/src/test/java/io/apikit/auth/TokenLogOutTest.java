package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.RetryPolicy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log-out of a token login, through the session. */
class TokenLogOutTest {
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");

    /** One that the backend has rejected is over already. What the log-out gets for a response changes nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"204 No Content", "500 Internal Server Error"})
    void loginOfTheSessionIsLoggedOutWhenTheBackendIsClosed(String status) {
        try (var server = new WireBackend(call -> call.write(
                call.received().line().startsWith("DELETE")
                        ? "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n"
                        : WireBackend.ok("data")))) {
            var backend = Backend.at(server.url())
                    .auth(Authenticator.tokenLogin(login -> login.credentialsAsForm("user", "password")
                            .sign("X-Token", "{text}")
                            .logout("DELETE", "/sessions/{text}")))
                    .retry(RetryPolicy.none())
                    .build();
            try (backend) {
                var session = backend.session(ALICE);
                session.get("/data").orThrow();
                server.expire();
                session.get("/data").orThrow();
            }

            assertThat(server.requests())
                    .extracting(request -> request.line() + " " + request.header("X-Token"))
                    .containsExactly(
                            "GET /data HTTP/1.1 token-1",
                            "GET /data HTTP/1.1 token-1",
                            "GET /data HTTP/1.1 token-2",
                            "DELETE /sessions/token-2 HTTP/1.1 token-2");
        }
    }
}

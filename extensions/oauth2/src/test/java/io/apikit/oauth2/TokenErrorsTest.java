package io.apikit.oauth2;

import static io.apikit.oauth2.ScriptedIssuer.TOKEN_URI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.apikit.BackendError;
import io.apikit.auth.Credentials;
import io.apikit.auth.LoginRefused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which responses of a token endpoint concern the caller, and which the service or the server (RFC 6749, section 5.2). */
class TokenErrorsTest {
    private static final Credentials CALLER = Credentials.password("alice", "wonder+land");
    private static final Credentials SERVICE = Credentials.password("my-service", "services-secret");

    private final ScriptedIssuer issuer = new ScriptedIssuer();

    /** The word in the last column is "caller" for a refusal, else the status that callers get. */
    @ParameterizedTest
    @CsvSource({
        "CLIENT, 401, invalid_client, caller",
        "CLIENT, 400, unauthorized_client, caller",
        "CLIENT, 400, invalid_grant, caller",
        "CLIENT, 400, invalid_scope, 502",
        "CLIENT, 400, unsupported_grant_type, 502",
        "CLIENT, 401, '', caller",
        "SERVICES_CLIENT, 401, invalid_client, 502",
        "SERVICES_CLIENT, 401, '', 502",
        "PASSWORD, 400, invalid_grant, caller",
        "PASSWORD, 403, mfa_required, caller",
        "PASSWORD, 401, invalid_client, 502",
        "PASSWORD, 400, unauthorized_client, 502",
        "PASSWORD, 400, invalid_request, 502",
        "PASSWORD, 400, temporarily_unavailable, 503",
        "PASSWORD, 401, '', 502",
        "PASSWORD_ALONE, 401, '', caller",
        "PASSWORD_ALONE, 400, '', caller",
        "PASSWORD_ALONE, 500, invalid_grant, 502",
        "EXCHANGE, 400, invalid_request, caller",
        "EXCHANGE, 400, invalid_grant, caller",
        "EXCHANGE, 403, access_denied, caller",
        "EXCHANGE, 400, invalid_target, 502",
        "EXCHANGE, 401, invalid_client, 502",
        "EXCHANGE, 302, invalid_grant, 502",
        "PASSWORD, 200, invalid_grant, caller",
        "PASSWORD, 200, invalid_client, 502",
    })
    void errorConcernsTheCallerOnlyIfItsCodeSaysSo(Kind kind, int status, String code, String outcome) {
        issuer.at(TOKEN_URI, status, code.isEmpty() ? "<p>no</p>" : "{\"error\":\"" + code + "\"}");

        assertThat(outcome(kind.logIn(issuer))).isEqualTo(outcome);
    }

    private static String outcome(Throwable thrown) {
        return thrown instanceof BackendError error ? Integer.toString(error.statusCode()) : "caller";
    }

    /** The session of a mode, and what it is refused with. */
    enum Kind {
        CLIENT,
        SERVICES_CLIENT,
        PASSWORD,
        PASSWORD_ALONE,
        EXCHANGE;

        Throwable logIn(ScriptedIssuer issuer) {
            var credentials = this == EXCHANGE ? Credentials.bearer("callers-own") : CALLER;
            var mode = OAuth2.oauth2(options -> {
                options.tokenUri(TOKEN_URI);
                switch (this) {
                    case CLIENT -> {}
                    case SERVICES_CLIENT -> options.client(SERVICE);
                    case PASSWORD -> options.passwordGrant().client(SERVICE).clientSecretBasic();
                    case PASSWORD_ALONE -> options.passwordGrant();
                    case EXCHANGE -> options.tokenExchange().client(SERVICE);
                }
            });
            var thrown = catchThrowable(() -> mode.logIn(credentials, issuer));
            assertThat(thrown).isInstanceOfAny(BackendError.class, LoginRefused.class);
            return thrown;
        }
    }

    @Test
    void wordsOfTheServerAreForTheLogAloneMaskedAndBounded() {
        var basic = "bXktc2VydmljZTpzZXJ2aWNlcy1zZWNyZXQ=";
        issuer.at(
                TOKEN_URI,
                400,
                "{\"error\":\"invalid_grant\",\"error_description\":\"wonder+land, wonder%2Bland, services-secret, "
                        + basic + "\\nno user " + "x".repeat(5000) + "\"}");

        var refusal = (LoginRefused) Kind.PASSWORD.logIn(issuer);

        assertThat(refusal.reason()).isEqualTo("The backend refused these credentials.");
        assertThat(refusal.getMessage())
                .contains("invalid_grant: ***, ***, ***, *** no user xxx")
                .doesNotContain("\n")
                .hasSizeLessThan(300);
    }

    @Test
    void faultOfTheServiceIsNamedWithoutTheServersWords() {
        issuer.at(TOKEN_URI, 401, "{\"error\":\"invalid_client\",\"error_description\":\"services-secret is wrong\"}");

        assertThat(Kind.PASSWORD.logIn(issuer))
                .hasMessage("502 Bad Gateway: The token endpoint refused the request of this service itself"
                        + " (invalid_client).");
    }

    @ParameterizedTest
    @CsvSource({"429, 7", "503, 9"})
    void serverThatIsBusySaysWhenToComeBack(int status, String seconds) {
        issuer.at(TOKEN_URI, status, "{\"error\":\"slow_down\"}", "Retry-After", seconds);

        var error = (BackendError) Kind.PASSWORD.logIn(issuer);

        assertThat(error.statusCode()).isEqualTo(status);
        assertThat(error.headers()).containsEntry("Retry-After", seconds);
        assertThat(error.content()).hasValue("The token endpoint responded with the status " + status + ".");
    }

    @Test
    void supplierOfTheServicesSecretThatFailsIsNoFaultOfTheCaller() {
        var mode = OAuth2.oauth2(
                options -> options.tokenUri(TOKEN_URI).passwordGrant().client(() -> {
                    throw new IllegalStateException("services-secret");
                }));

        assertThat(catchThrowable(() -> mode.logIn(CALLER, issuer)))
                .isInstanceOf(BackendError.class)
                .hasMessage("502 Bad Gateway: The service's own client credentials cannot be had.");
        assertThat(issuer.sent()).isEmpty();
    }
}

package io.apikit.auth.internal.formlogin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The texts with which frameworks refuse a CSRF token, and texts that are near to them. */
class CsrfTokenTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "403 | <p>CSRF verification failed. Request aborted.</p>",
                "403 | {\"detail\":\"CSRF Failed: CSRF cookie not set.\"}",
                "403 | {\"detail\":\"CSRF Failed: CSRF token from the 'X-Csrftoken' HTTP header incorrect.\"}",
                "400 | <p>The CSRF token is missing.</p>",
                "400 | <p>The CSRF session token is missing.</p>",
                "400 | <p>The CSRF tokens do not match.</p>",
                "400 | <p>The CSRF token has expired.</p>",
                "400 | <p>The CSRF token is invalid.</p>",
                "403 | <title>Error 403 No valid crumb was included in the request</title>",
                "403 | {\"status\": 403, \"message\": \"'_xsrf' argument missing from POST\"}",
                "403 | <p>&#39;_xsrf&#39; argument missing from POST</p>",
                "403 | {\"message\": \"XSRF cookie does not match POST argument\"}",
                "403 | {\"message\": \"Invalid CSRF Token 'null' was found on the request parameter '_csrf'\"}",
                "403 | ForbiddenError: invalid csrf token",
                "403 | ActionController::InvalidAuthenticityToken",
                "419 | <title>Page Expired</title>",
                "419 | {\"message\": \"CSRF token mismatch.\"}",
            })
    void refusalIsKnownByItsText(int status, String text) {
        assertThat(isRefusal(status, text)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "200 | The CSRF token is missing.",
                "401 | The CSRF token is missing.",
                "403 | <meta name=\"csrf-token\" content=\"abc\"><h1>Forbidden</h1>",
                "403 | <input type=\"hidden\" name=\"csrf_token\" value=\"abc\"><p>You do not have permission.</p>",
                "403 | <input type=\"hidden\" name=\"_xsrf\" value=\"abc\"><p>Sorry, you are not authorized.</p>",
                "403 | <p>alice is missing the Overall/Administer permission</p>",
                "403 | <head data-crumb-header=\"Jenkins-Crumb\" data-crumb-value=\"abc\">",
                "400 | {\"error\": \"the name is missing\"}",
            })
    void otherRefusalsAreTheBackendsOwn(int status, String text) {
        assertThat(isRefusal(status, text)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"8000, true", "9000, false"})
    void theBeginningOfATextIsRead(int before, boolean isRead) {
        assertThat(isRefusal(403, " ".repeat(before) + "CSRF token missing")).isEqualTo(isRead);
    }

    private static boolean isRefusal(int status, String text) {
        return CsrfToken.isRefusedBy(BackendResponse.of(
                status, Map.of("Content-Type", List.of("text/html; charset=utf-8")), text.getBytes(UTF_8)));
    }
}

package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    private static final SecretMask SECRETS = SecretMask.of(Credentials.password("alice", "a&b \"c'd<e/\\"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a&b \"c'd<e/\\",
                "a&amp;b \"c'd&lt;e/\\",
                "a&amp;b &quot;c&#39;d&lt;e/\\",
                "a&amp;b &#34;c&#x27;d&lt;e/\\",
                "a&b \\\"c'd<e/\\\\",
                "a&b \\\"c'd<e\\/\\\\",
                "a%26b+%22c%27d%3Ce%2F%5C",
                "a%26b%20%22c%27d%3Ce%2F%5C"
            })
    void aPasswordIsMaskedHoweverItIsWritten(String written) {
        assertThat(SECRETS.masked("<p>you sent " + written + "!</p>")).isEqualTo("<p>you sent ***!</p>");
    }

    @Test
    void theReasonIsMaskedToo() {
        var error = SECRETS.masked(new BackendError(400, "no such a&b \"c'd<e/\\", null));

        assertThat(error.reason()).isEqualTo("no such ***");
    }

    @Test
    void aSecretAcrossTheCutLeavesNoHalfBehind() {
        var secret = "s".repeat(4000);
        var secrets = SecretMask.of(Credentials.bearer(secret));
        var page = "x".repeat(6000) + secret + "y".repeat(6000);
        var answer = BackendResponse.of(
                500, Map.of("Content-Type", List.of("text/plain")), page.getBytes(StandardCharsets.UTF_8));

        var content = answer.onError(secrets::masked).toError().content().orElse("");

        assertThat(content).hasSize(8192).doesNotContain("ss").contains("x***y");
    }
}

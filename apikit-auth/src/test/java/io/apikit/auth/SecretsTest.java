package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Zoë's",
                "Zo%C3%AB's",
                "Zo%c3%ab%27s",
                "Zo%EB's",
                "Zo%u00eb's",
                "Zo\\u00eb\\u0027s",
                "Zo\\xeb\\'s",
                "Zo&euml;&apos;s",
                "Zo&#0235;&#39s",
                "Zo&amp;#xEB;&amp;#x27;s",
                "Zo%26euml%3B's",
                "ZoÃ«'s",
                "Wm/Dqydz",
                "Wm_Dqydz",
                "Wm%2FDqydz",
                "Wm/rJ3M=",
                "Wm_rJ3M",
                "5a6fc3ab2773"
            })
    void aPasswordBeyondAsciiIsMaskedHoweverItIsWritten(String written) {
        var secrets = SecretMask.of(Credentials.password("alice", "Zoë's"));

        assertThat(secrets.masked("you sent <" + written + ">!")).isEqualTo("you sent <***>!");
    }

    @Test
    void aSecretInsideALongerEncodingIsMasked() {
        var secrets = SecretMask.of(Credentials.password("alice", "wonderland"));
        var json = "{\"user\": \"alice\", \"password\": \"wonderland\"}".getBytes(StandardCharsets.UTF_8);

        for (var encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder().withoutPadding())) {
            var masked = secrets.masked(encoder.encodeToString(json));
            assertThat(masked).contains("***").doesNotContain("d29uZGVy", "b25kZXJs", "bmRlcmxh");
        }
    }

    /** A page of escapes alone, and one of a secret's beginning: each character is looked at a few times. */
    @ParameterizedTest
    @ValueSource(strings = {"%25", "&amp;", "\\\\", "&#x26;#x26;", "wonderlan", "&aaaaaaaaaaaa;"})
    void longPageIsMaskedInNoTime(String repeated) {
        var secrets = SecretMask.of(Credentials.password("alice", "wonderland"));
        var page = repeated.repeat((1 << 17) / repeated.length());

        assertThat(assertTimeoutPreemptively(Duration.ofSeconds(2), () -> secrets.masked(page)))
                .isEqualTo(page);
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

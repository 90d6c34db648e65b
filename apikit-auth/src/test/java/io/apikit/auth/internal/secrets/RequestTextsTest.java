package io.apikit.auth.internal.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import io.apikit.http.Part;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a backend may make of a request, and quote: a guess in it is left. */
class RequestTextsTest {
    private static final String SECRET = "Zoë\"s word";

    static List<Arguments> guesses() {
        var json = "{\"q\": \"Zo\\u00eb\\\"s\\u0020word\"}";
        return List.of(
                Arguments.of("JSON as text", post(json.getBytes(UTF_8), "text/plain")),
                Arguments.of("JSON as a form", post(json.getBytes(UTF_8), "application/x-www-form-urlencoded")),
                Arguments.of("JSON of no type", post((" \n" + json).getBytes(UTF_8), "")),
                Arguments.of("JSON in UTF-16", post(json.getBytes(UTF_16), "application/json")),
                Arguments.of("XML as text", post("<q>Zo&#xeb;&quot;s word</q>".getBytes(UTF_8), "text/plain")),
                Arguments.of("text in UTF-16", post(SECRET.getBytes(UTF_16LE), "text/plain")),
                Arguments.of("ISO-8859-1", post(SECRET.getBytes(ISO_8859_1), "text/plain")),
                Arguments.of("UTF-8 with an octet that is none", post(spoiled(), "text/plain")),
                Arguments.of("octets in a target", BackendRequest.get("/x?q=Zo%C3%AB%22%73%20%77%6F%72%64%FF")),
                Arguments.of("UTF-8 in a header", BackendRequest.get("/x").header("X", octets(SECRET))),
                Arguments.of("the name of a field", BackendRequest.post("/x").multipart(Part.field(SECRET, "value"))));
    }

    private static BackendRequest post(byte[] body, String type) {
        return BackendRequest.post("/x").body(body, type.isEmpty() ? "*/*" : type);
    }

    private static byte[] spoiled() {
        return (octets(SECRET) + "ÿ").getBytes(ISO_8859_1);
    }

    private static String octets(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("guesses")
    void aGuessIsLeftHoweverTheBackendReadsIt(String name, BackendRequest request) {
        assertThat(masked("no such " + SECRET + "!", request)).isEqualTo("no such " + SECRET + "!");
        assertThat(masked("no such " + octets(SECRET) + "!", request)).doesNotContain("***");
    }

    @Test
    void aGuessInPlaceOfANameIsLeft() {
        var secrets = new SecretSpellings();
        secrets.add("wonderland");
        var request = BackendRequest.get("/x").header("X-Wonderland", "1");

        assertThat(secrets.masked("no header x-wonderland", "text/plain", RequestTexts.of(List.of(request), true)))
                .isEqualTo("no header x-wonderland");
    }

    private static String masked(String text, BackendRequest request) {
        var secrets = new SecretSpellings();
        secrets.add(SECRET);
        return secrets.masked(text, "text/plain", RequestTexts.of(List.of(request), true));
    }
}

package io.apikit.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.internal.util.AuthorizationHeader;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    private static String basic(byte[] pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    @Test
    void basicIsReadUpToTheFirstColon() {
        assertThat(Credentials.parse(basic("alice:won:der".getBytes(UTF_8))))
                .contains(Credentials.password("alice", "won:der"));
    }

    @Test
    void whatIsWrittenIsReadBack() {
        assertThat(Credentials.parse(AuthorizationHeader.basic("jürgen", "pässwörd €")))
                .contains(Credentials.password("jürgen", "pässwörd €"));
    }

    @Test
    void whatIsNotUtf8IsLatin1() {
        assertThat(Credentials.parse(basic("jürgen:pä".getBytes(ISO_8859_1))))
                .contains(new Credentials.Password("jürgen", "pä", ISO_8859_1));
    }

    @Test
    void theSchemeMayBeWrittenInAnyCase() {
        assertThat(Credentials.parse("bAsIc   YTpi")).contains(Credentials.password("a", "b"));
        assertThat(Credentials.parse("BEARER abc.def-_~+/==")).contains(Credentials.bearer("abc.def-_~+/=="));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,b", "user:1=x", "{\"a\"}", "=", "|^`"})
    void aBearerTokenHasAnyVisibleCharacter(String token) {
        assertThat(Credentials.parse("Bearer " + token)).contains(Credentials.bearer(token));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Basic",
                "Basic ",
                "Basic !!!",
                "Basic YWxpY2U=",
                "Basic Og==",
                "Bearer",
                "Bearer a b",
                "Bearer a\tb",
                "Bearer \u00e4",
                "Digest x=y",
                "YTpi",
                "Basic YTpi,Basic YTpi"
            })
    void anythingElseIsMalformed(String header) {
        assertThat(Credentials.parse(header)).isEmpty();
    }

    @Test
    void aControlCharacterIsABadRequestThatDoesNotEchoIt() {
        SessionTest.assertFails(400, () -> Credentials.parse(basic("al\r\nice:secret".getBytes(UTF_8))))
                .matches(error -> error.content().orElse("").equals("The user name has a control character."));
        SessionTest.assertFails(400, () -> Credentials.password("alice", "sec\0ret"))
                .matches(error -> !error.content().orElse("").contains("sec"));
        SessionTest.assertFails(400, () -> Credentials.bearer("a\nb"));
    }

    @Test
    void secretsDoNotPrint() {
        assertThat(Credentials.password("alice", "wonderland").toString())
                .contains("alice")
                .doesNotContain("wonderland");
        assertThat(Credentials.bearer("wonderland").toString()).doesNotContain("wonderland");
        var login =
                Login.of(java.util.Map.of("Authorization", "Bearer wonderland")).cookie("sid", "rabbit-hole");
        assertThat(login.toString())
                .contains("sid")
                .doesNotContain("wonderland")
                .doesNotContain("rabbit-hole");
        assertThat(new Account(Credentials.password("alice", "wonderland"), false, java.util.Optional.empty()))
                .hasToString("Account[caller]");
    }
}

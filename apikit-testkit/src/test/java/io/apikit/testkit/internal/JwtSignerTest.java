package io.apikit.testkit.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.support.JsonText;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

final class JwtSignerTest {
    private static final byte[] KEY = "a key of no importance, but long".getBytes(US_ASCII);
    private final JwtSigner jwt = new JwtSigner(KEY);

    @Test
    void signatureIsHmacOfHeaderAndClaims() throws GeneralSecurityException {
        String token = jwt.sign("al\"ice", Instant.EPOCH, Instant.EPOCH.plusSeconds(60));
        int dot = token.lastIndexOf('.');
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));

        assertThat(Base64.getUrlDecoder().decode(token.substring(dot + 1)))
                .isEqualTo(mac.doFinal(token.substring(0, dot).getBytes(US_ASCII)));
        assertThat(JsonText.claims(token).get("sub").asText()).isEqualTo("al\"ice");
        assertThat(JsonText.claims(token).get("iat").asLong()).isZero();
        assertThat(JsonText.claims(token).get("exp").asLong()).isEqualTo(60);
    }

    @Test
    void noTwoAreTheSame() {
        assertThat(jwt.sign("alice", Instant.EPOCH, Instant.EPOCH))
                .isNotEqualTo(jwt.sign("alice", Instant.EPOCH, Instant.EPOCH));
    }
}

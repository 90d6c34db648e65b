package io.apikit.oauth2;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Signs the JWTs with which a client proves that it has its private key (RFC 7523, section 2.2). Thread-safe.
 *
 * <p>The audience of a JWT is the issuer, if that is known, else the token endpoint. The issuer is what no server can
 * claim for another one: an assertion for it is of no use elsewhere, wherever metadata may have sent it.
 */
final class ClientAssertion {
    static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /** Time to arrive in, with a clock that is some seconds behind. */
    private static final Duration LIFE = Duration.ofMinutes(1);

    private static final int ID_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final PrivateKeyFile file;
    private final @Nullable SigningAlgorithm chosen;
    private final @Nullable String keyId;
    private final InstantSource clock;

    /**
     * @param chosen null for the algorithm that the key suggests
     * @param keyId the header {@code kid}; null for none
     */
    ClientAssertion(
            PrivateKeyFile file, @Nullable SigningAlgorithm chosen, @Nullable String keyId, InstantSource clock) {
        this.file = file;
        this.chosen = chosen;
        this.keyId = keyId;
        this.clock = clock;
    }

    /** Returns a new JWT, which no server takes twice. */
    String signed(String clientId, String audience) {
        var key = file.key();
        var algorithm = algorithm(key);
        var header = new LinkedHashMap<String, Object>();
        header.put("alg", algorithm.name());
        header.put("typ", "JWT");
        if (keyId != null) {
            header.put("kid", keyId);
        }
        var now = clock.instant();
        var claims = Map.of(
                "iss",
                clientId,
                "sub",
                clientId,
                "aud",
                audience,
                "jti",
                id(),
                "iat",
                now.getEpochSecond(),
                "exp",
                now.plus(LIFE).getEpochSecond());
        var text = Jwt.encoded(header) + '.' + Jwt.encoded(claims);
        return text + '.' + Jwt.encoded(algorithm.sign(key, text.getBytes(UTF_8)));
    }

    private SigningAlgorithm algorithm(PrivateKey key) {
        return chosen != null
                ? chosen
                : SigningAlgorithm.of(key).orElseThrow(() -> new IllegalStateException("the file has checked the key"));
    }

    private static String id() {
        var bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return Jwt.encoded(bytes);
    }
}

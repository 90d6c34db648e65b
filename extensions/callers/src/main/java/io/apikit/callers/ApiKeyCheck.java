package io.apikit.callers;

import io.apikit.ops.callers.CallerCheck.Admitted;
import io.apikit.ops.callers.CallerCheck.Decision;
import io.apikit.ops.callers.CallerCheck.Refused;
import io.apikit.ops.callers.VerifiedCaller;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Admits callers whose API key is in a file. Nothing is kept of a key that is refused. */
record ApiKeyCheck(ApiKeyFile keys, String header) implements CredentialCheck {
    static final String UNKNOWN = "unknown_key";

    /** 128 random bits take 22 characters of Base64. */
    private static final int LEAST_CHARACTERS = 22;

    private static final int MOST_CHARACTERS = 512;

    @Override
    public Decision check(Function<String, List<String>> headers) {
        var own = headers.apply(header);
        if (own.size() > 1) {
            return refused("malformed", "The header " + header + " is there more than once");
        }
        if (own.size() == 1) {
            return check(own.get(0), header);
        }
        return BearerToken.of(headers)
                .map(token -> check(token, BearerToken.HEADER))
                .orElseGet(() -> Refusals.missing("An API key is needed in the header " + header, challenge()));
    }

    private Decision check(String key, String from) {
        if (key.length() < LEAST_CHARACTERS) {
            return refused(UNKNOWN, "An API key has at least " + LEAST_CHARACTERS + " characters");
        }
        var owner = key.length() > MOST_CHARACTERS ? Optional.<String>empty() : keys.owner(key);
        return owner.<Decision>map(name -> new Admitted(new VerifiedCaller(name, Map.of()), from))
                .orElseGet(() -> refused(UNKNOWN, "The API key is not known"));
    }

    private Decision refused(String outcome, String content) {
        return new Refused(401, outcome, content, List.of(challenge()), null);
    }

    /** No scheme is registered for keys in a header of their own. RFC 9110, section 11.3 allows any name. */
    private String challenge() {
        return "ApiKey realm=\"apikit\", header=\"" + header + '"';
    }

    @Override
    public Optional<String> ownHeader() {
        return Optional.of(header);
    }

    @Override
    public Map<String, Map<String, Object>> securitySchemes() {
        return Map.of("apiKey", Map.of("type", "apiKey", "in", "header", "name", header));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("apikit.callers.file.usable", keys, file -> file.isUsable() ? 1 : 0)
                .description("Whether the file of API keys could be used when it was read last")
                .strongReference(true)
                .register(registry);
    }

    @Override
    public String toString() {
        return "apiKeys";
    }
}

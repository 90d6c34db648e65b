package io.apikit.bench.micro;

import io.apikit.auth.Credentials;
import io.apikit.internal.util.AuthorizationHeader;
import java.util.EnumSet;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Parses an {@code Authorization} header, good or hostile. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls prepare before anything else
public class CredentialsBenchmark extends Step {
    private static final int MALFORMED_LENGTH = 8 * 1024;

    @Param
    HeaderKind kind;

    private String header;

    /** The value of the header. */
    public enum HeaderKind {
        BASIC,
        BASIC_UTF8,
        BEARER,
        NO_BASE64,
        NO_COLON,
        NO_TOKEN,
        SPACES
    }

    @Setup
    public void prepare() {
        header = header(kind);
        var isGood = EnumSet.range(HeaderKind.BASIC, HeaderKind.BEARER).contains(kind);
        if (parse().isPresent() != isGood) {
            throw new IllegalStateException(kind + (isGood ? " is not parsed" : " is parsed"));
        }
    }

    private static String header(HeaderKind kind) {
        return switch (kind) {
            case BASIC -> AuthorizationHeader.basic("alice", "wonderland is a long password");
            case BASIC_UTF8 -> AuthorizationHeader.basic("alice", "w\u00f6nderl\u00e4nd is a long password");
            case BEARER -> "Bearer " + "eyJhbGciOiJSUzI1NiJ9.".repeat(15);
            case NO_BASE64 -> "Basic " + "%".repeat(MALFORMED_LENGTH);
            case NO_COLON -> "Basic " + "QUFB".repeat(MALFORMED_LENGTH / 4);
            case NO_TOKEN -> "Bearer " + "a".repeat(MALFORMED_LENGTH) + " a";
            case SPACES -> " ".repeat(MALFORMED_LENGTH) + "x";
        };
    }

    @Benchmark
    public Optional<Credentials> parse() {
        return Credentials.parse(header);
    }
}

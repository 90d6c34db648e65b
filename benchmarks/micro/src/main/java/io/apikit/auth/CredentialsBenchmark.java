package io.apikit.auth;

import io.apikit.bench.micro.Step;
import io.apikit.internal.util.AuthorizationHeader;
import java.util.EnumSet;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * An {@code Authorization} header read, good or hostile, and the key made that its session is found by.
 *
 * <p>In the library's own package for what is package-private there.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls prepare before anything else
public class CredentialsBenchmark extends Step {
    private static final int RUBBISH = 8 * 1024;

    @Param
    HeaderKind kind;

    private final SessionKeys digest = new SessionKeys();
    private String header;
    private Account account;

    /** What is sent. */
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
        var read = parse();
        if (read.isPresent() != isGood) {
            throw new IllegalStateException(kind + " is read otherwise");
        }
        account = new Account(read.orElse(Credentials.none()), false, Optional.empty());
    }

    private static String header(HeaderKind kind) {
        return switch (kind) {
            case BASIC -> AuthorizationHeader.basic("alice", "wonderland is a long password");
            case BASIC_UTF8 -> AuthorizationHeader.basic("alice", "w\u00f6nderl\u00e4nd is a long password");
            case BEARER -> "Bearer " + "eyJhbGciOiJSUzI1NiJ9.".repeat(15);
            case NO_BASE64 -> "Basic " + "%".repeat(RUBBISH);
            case NO_COLON -> "Basic " + "QUFB".repeat(RUBBISH / 4);
            case NO_TOKEN -> "Bearer " + "a".repeat(RUBBISH) + "=a";
            case SPACES -> " ".repeat(RUBBISH) + "x";
        };
    }

    @Benchmark
    public Optional<Credentials> parse() {
        return Credentials.parse(header);
    }

    @Benchmark
    public Object digest() {
        return digest.of(account);
    }
}

package io.apikit;

import io.apikit.bench.micro.HeldRequest;
import io.apikit.bench.micro.Step;
import io.apikit.internal.server.ErrorBody;
import io.apikit.internal.server.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Bodies that the library makes itself: an error in its two spellings, its spelling chosen, and the metadata, which an app
 * makes into bytes once.
 *
 * <p>In the library's own package for what is package-private there, which works on a class path: nothing is a module,
 * and no jar is sealed.
 */
@State(Scope.Thread)
public class ErrorBenchmark extends Step {
    private final String content = "There is no such job: \"nightly\"";
    private final String page = "<p>An error's page, as a backend may send it, quoted.</p>\n".repeat(140);
    private final List<String> any = List.of("*/*");
    private final List<String> problem = List.of("application/problem+json, application/json;q=0.9, */*;q=0.1");
    private final List<String> hostile = List.of("a/b;q=0.5,".repeat(800));
    private final ServiceMetadata metadata = HeldRequest.metadata();

    @Setup
    public void prepare() {
        require(json(), "\"status_code\":404");
        require(problem(), "\"title\":\"Not Found\"");
        if (!choiceOfProblem().equals(ErrorBody.PROBLEM) || !choiceOfAny().equals(JsonBytes.TYPE)) {
            throw new IllegalStateException("Accept is read otherwise");
        }
    }

    private static void require(byte[] body, String part) {
        if (!new String(body, StandardCharsets.UTF_8).contains(part)) {
            throw new IllegalStateException("no " + part + " in the body");
        }
    }

    @Benchmark
    public byte[] json() {
        return ErrorBody.of(404, content).bytes(JsonBytes.TYPE);
    }

    @Benchmark
    public byte[] problem() {
        return ErrorBody.of(404, content).bytes(ErrorBody.PROBLEM);
    }

    /** 8 KiB of a backend's text. */
    @Benchmark
    public byte[] jsonOfPage() {
        return ErrorBody.of(502, page).bytes(JsonBytes.TYPE);
    }

    /** The exception, its stack with it. */
    @Benchmark
    public BackendError thrown() {
        return BackendError.of(404, content);
    }

    @Benchmark
    public String choiceOfAny() {
        return ErrorBody.type(any);
    }

    @Benchmark
    public String choiceOfProblem() {
        return ErrorBody.type(problem);
    }

    @Benchmark
    public String choiceOfHostile() {
        return ErrorBody.type(hostile);
    }

    /** Once an app. */
    @Benchmark
    public Object metadata() {
        return new MetadataRoutes(metadata, AuthMode.none());
    }
}

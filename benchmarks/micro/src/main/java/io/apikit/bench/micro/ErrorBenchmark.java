package io.apikit.bench.micro;

import io.apikit.BackendError;
import io.apikit.internal.server.ErrorBody;
import io.apikit.internal.server.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The bodies of errors in their two media types, and the choice between these. */
@State(Scope.Thread)
public class ErrorBenchmark extends Step {
    private final String content = "There is no such job: \"nightly\"";
    private final String page = "<p>An error's page, as a backend may send it, quoted.</p>\n".repeat(140);
    private final List<String> any = List.of("*/*");
    private final List<String> problem = List.of("application/problem+json, application/json;q=0.9, */*;q=0.1");
    private final List<String> hostile = List.of("a/b;q=0.5,".repeat(800));

    @Setup
    public void prepare() {
        require(json(), "\"status_code\":404");
        require(problem(), "\"title\":\"Not Found\"");
        if (!choiceOfProblem().equals(ErrorBody.PROBLEM) || !choiceOfAny().equals(JsonBytes.TYPE)) {
            throw new IllegalStateException("the media type for Accept is another");
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

    /** The exception, with its stack trace. */
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
}

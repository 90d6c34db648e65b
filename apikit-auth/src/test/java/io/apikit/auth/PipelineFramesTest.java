package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.Javalin;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How deep a call's stack is: while a backend holds its response, the caller's thread waits in Apache's client. */
class PipelineFramesTest {
    private static final int MOST_FRAMES = 9;

    private final Thread caller = Thread.currentThread();
    private final List<List<StackTraceElement>> stacks = new ArrayList<>();
    private final Javalin server = Javalin.create(config -> config.routes.get("/deep", ctx -> {
                stacks.add(List.of(caller.getStackTrace()));
                ctx.result("deep");
            }))
            .start("127.0.0.1", 0);
    private final Backend backend = Backend.at("http://127.0.0.1:" + server.port())
            .auth(Authenticator.basic())
            .build();

    @AfterEach
    void close() {
        backend.close();
        server.stop();
    }

    @Test
    void secondCallPassesAtMostNineFramesOfOurs() {
        assertThat(framesOfSecondCall()).hasSizeLessThanOrEqualTo(MOST_FRAMES);
    }

    @Test
    void layersStandInTheOrderOfThePipeline() {
        assertThat(framesOfSecondCall().stream().filter(frame -> frame.endsWith("Transport.send")))
                .containsExactly(
                        "HttpTransport.send",
                        "GatedTransport.send",
                        "SigningTransport.send",
                        "AuthenticatingTransport.send",
                        "RetryingTransport.send");
    }

    private List<String> framesOfSecondCall() {
        var session = backend.session(Credentials.password("alice", "wonderland"));
        session.get("/deep").orThrow();
        session.get("/deep").orThrow();
        return own(stacks.get(1));
    }

    /** The library's frames from the first of Apache's client, exclusively, back to the session's {@code get}. */
    private static List<String> own(List<StackTraceElement> stack) {
        var frames = new ArrayList<String>();
        for (var frame : stack) {
            if (frame.getClassName().startsWith("org.apache.hc.")) {
                frames.clear();
            } else {
                frames.add(simpleName(frame) + '.' + frame.getMethodName());
            }
            if (frame.getClassName().equals(BackendSession.class.getName())
                    && frame.getMethodName().equals("get")) {
                return frames;
            }
        }
        throw new AssertionError("no call is under way in " + stack);
    }

    private static String simpleName(StackTraceElement frame) {
        return frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1);
    }
}

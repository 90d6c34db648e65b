package io.apikit.interop;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A backend behind a login on a real server that closes connections which have been idle for two seconds. */
final class IdleServer implements AutoCloseable {
    static final Duration IDLE = Duration.ofSeconds(2);

    /** Which server: gunicorn announces nothing, Node announces {@code Keep-Alive: timeout=2}. */
    enum Kind {
        GUNICORN,
        NODE
    }

    private final int port = Ports.free();
    private final RealProcess process;

    private IdleServer(String name, Map<String, String> environment, List<String> command) {
        process = RealProcess.start(
                        name,
                        environment,
                        command.stream()
                                .map(word -> word.replace("PORT", Integer.toString(port)))
                                .toList())
                .awaitReady(url() + "/ready", Duration.ofSeconds(30));
    }

    static IdleServer start(Kind kind) {
        return kind == Kind.GUNICORN ? gunicorn() : node();
    }

    private static IdleServer gunicorn() {
        var path = Installed.orSkip("gunicorn") + ":" + Installed.script("kept-connections");
        var options = "-m gunicorn --bind 127.0.0.1:PORT --workers 1 --worker-class gthread --threads 100 --keep-alive "
                + IDLE.toSeconds() + " backend:respond";
        return new IdleServer("gunicorn", Map.of("PYTHONPATH", path), command("python3", options.split(" ")));
    }

    private static IdleServer node() {
        Assumptions.assumeTrue(Installed.hasNode(), "Node is not there");
        var script = Installed.script("kept-connections/backend.mjs").toString();
        return new IdleServer("node", Map.of(), command("node", script, "PORT", Long.toString(IDLE.toMillis())));
    }

    private static List<String> command(String program, String... arguments) {
        return Stream.concat(Stream.of(program), Stream.of(arguments)).toList();
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    /** Ends all logins. */
    void expire() {
        Web.get(url() + "/expire");
    }

    /** Returns the path of each POST that was carried out, in their order. */
    List<String> posts() {
        return Web.get(url() + "/posts").body().lines().toList();
    }

    @Override
    public void close() {
        process.close();
    }
}

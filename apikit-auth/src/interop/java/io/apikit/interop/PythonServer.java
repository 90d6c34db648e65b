package io.apikit.interop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that Python runs, with the packages of a folder of its own, and the accounts that all of them have. */
final class PythonServer implements AutoCloseable {
    private static final Duration SLOW_START = Duration.ofSeconds(90);

    private final AtomicInteger accounts = new AtomicInteger();
    private final StringBuilder earlierLogs = new StringBuilder();
    private final String name;
    private final Path packages;
    private final Map<String, String> environment;
    private final String readyUri;
    private RealProcess process;

    /**
     * Starts it, or skips the test where its packages are not there.
     *
     * @param name as {@code interop/versions} names it
     * @param readyUri what responds with 200 when it can be used
     */
    PythonServer(String name, Map<String, String> environment, String readyUri, List<String> arguments) {
        this.name = name;
        this.packages = Installed.orSkip(name);
        this.environment = environment;
        this.readyUri = readyUri;
        this.process = run(arguments);
    }

    private RealProcess run(List<String> arguments) {
        var command = new ArrayList<>(List.of("python3"));
        command.addAll(arguments);
        var variables = new HashMap<>(environment);
        variables.put("PYTHONPATH", packages.toString());
        variables.put("PYTHONUNBUFFERED", "1");
        return RealProcess.start(name, variables, command).awaitReady(readyUri, SLOW_START);
    }

    void restart(List<String> arguments) {
        process.close();
        earlierLogs.append(process.log());
        process = run(arguments);
    }

    Account newAccount() {
        var user = "user%02d".formatted(accounts.getAndIncrement());
        return new Account(user, user + "@example.org", "secret of " + user);
    }

    /** Returns how many lines of its log end in this text. */
    int linesEnding(String text) {
        return (int) (earlierLogs + process.log())
                .lines()
                .filter(line -> line.endsWith(text))
                .count();
    }

    /** Returns how many lines of its log have this text. */
    int linesWith(String text) {
        return (int) (earlierLogs + process.log())
                .lines()
                .filter(line -> line.contains(text))
                .count();
    }

    @Override
    public void close() {
        process.close();
    }
}

package io.apikit.example;

import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The options of the command line: help and version, nothing else. */
@Command(
        name = "example-service",
        mixinStandardHelpOptions = true,
        versionProvider = Arguments.Version.class,
        description = "A JSON API in front of a backend that answers in plain text.",
        footerHeading = "%nEnvironment:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:help or version was asked for",
            "1:the service cannot start, for example because the port is in use",
            "2:a setting or an argument cannot be used",
            "143, 130:SIGTERM, Ctrl-C: ended after the requests in flight"
        })
final class Arguments implements Callable<Integer> {
    private Arguments() {}

    /** Runs the command line, and returns the exit code. */
    static int run(String... args) {
        var command = new CommandLine(new Arguments()).setParameterExceptionHandler(Arguments::report);
        command.getCommandSpec().usageMessage().footer(environment());
        return command.execute(args);
    }

    /** Starts the service: there is no option that does something else. */
    @Override
    public Integer call() {
        return Main.start();
    }

    private static String[] environment() {
        return Stream.of(Variable.values())
                .map(variable -> String.format("  %-24s %s", variable, variable.meaning()))
                .toArray(String[]::new);
    }

    private static int report(ParameterException e, String[] args) {
        e.getCommandLine().getErr().println("example-service: " + e.getMessage() + " (try --help)");
        return Main.BAD_SETTINGS;
    }

    /** Returns the service's name and version. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {MyMicroservice.METADATA.name() + " " + MyMicroservice.METADATA.version()};
        }
    }
}

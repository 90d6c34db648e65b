package io.apikit.example;

import io.apikit.ops.logging.Logging;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Runs {@link MyMicroservice}, configured by the environment ({@link Variable}); without configuration a demo. Exit
 * codes: 1 if it cannot start, 2 for bad settings or arguments; a signal ends it with the customary 143 (SIGTERM) or 130
 * (Ctrl-C) after the requests in flight.
 */
@Command(
        name = "example-service",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "A JSON API in front of a backend that answers in plain text.",
        footerHeading = "%nEnvironment:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:help or version was asked for",
            "1:the service cannot start, for example because the port is in use",
            "2:a setting or an argument cannot be used",
            "143, 130:SIGTERM, Ctrl-C: ended after the requests in flight"
        })
public final class Main implements Callable<Integer> {
    private static final int CANNOT_START = 1;
    private static final int BAD_SETTINGS = 2;

    private Main() {}

    /** Starts the service and returns, or ends the JVM with an exit code other than 0. */
    public static void main(String... args) {
        var command = new CommandLine(new Main())
                .setParameterExceptionHandler(Main::badArguments)
                .setExecutionExceptionHandler(Main::failed);
        command.getCommandSpec().usageMessage().footer(environment());
        var exitCode = command.execute(args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    @Override
    public Integer call() {
        // Whatever the other settings bring may log.
        configureLogging();
        var configuration = Configuration.from(System.getenv());
        Launch.with(configuration).forEach(System.out::println);
        return 0;
    }

    private static void configureLogging() {
        try {
            Logging.configure(System.getenv(), MyMicroservice.METADATA.name());
        } catch (IllegalArgumentException refused) {
            throw new BadConfiguration(String.valueOf(refused.getMessage()));
        }
    }

    private static String[] environment() {
        return Stream.of(Variable.values())
                .map(variable -> String.format("  %-24s %s", variable, variable.meaning()))
                .toArray(String[]::new);
    }

    private static int badArguments(ParameterException mistake, String[] args) {
        return failed(mistake.getCommandLine().getErr(), mistake.getMessage() + " (try --help)", BAD_SETTINGS);
    }

    private static int failed(Exception failure, CommandLine command, ParseResult arguments) {
        var isBadSetting = failure instanceof BadConfiguration;
        var problem = String.valueOf(failure.getMessage()).replaceAll("\\p{Cntrl}+", " ");
        return failed(command.getErr(), problem, isBadSetting ? BAD_SETTINGS : CANNOT_START);
    }

    private static int failed(PrintWriter err, String problem, int exitCode) {
        err.println("example-service: " + problem);
        return exitCode;
    }

    /** The service's name and version. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {MyMicroservice.METADATA.name() + " " + MyMicroservice.METADATA.version()};
        }
    }
}

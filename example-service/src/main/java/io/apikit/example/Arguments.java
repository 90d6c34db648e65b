package io.apikit.example;

import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** What a command line may ask for: help, the version, nothing else. */
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

    /** Does what they say; the exit code. */
    static int obey(String... args) {
        var command = new CommandLine(new Arguments()).setParameterExceptionHandler(Arguments::refused);
        command.getCommandSpec().usageMessage().footer(environment());
        return command.execute(args);
    }

    /** They ask for nothing. */
    @Override
    public Integer call() {
        return Main.start();
    }

    private static String[] environment() {
        return Stream.of(Variable.values())
                .map(variable -> String.format("  %-24s %s", variable, variable.meaning()))
                .toArray(String[]::new);
    }

    private static int refused(ParameterException mistake, String[] args) {
        mistake.getCommandLine().getErr().println("example-service: " + mistake.getMessage() + " (try --help)");
        return Main.BAD_SETTINGS;
    }

    /** The service's name and version. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {MyMicroservice.METADATA.name() + " " + MyMicroservice.METADATA.version()};
        }
    }
}

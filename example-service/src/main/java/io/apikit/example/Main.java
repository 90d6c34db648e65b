package io.apikit.example;

import io.apikit.ops.logging.Logging;

/**
 * Runs {@link MyMicroservice}, configured by the environment ({@link Variable}); without configuration a demo. Exit
 * codes: 1 if it cannot start, 2 for bad settings or arguments; a signal ends it with the customary 143 (SIGTERM) or 130
 * (Ctrl-C) after the requests in flight.
 */
public final class Main {
    static final int CANNOT_START = 1;
    static final int BAD_SETTINGS = 2;

    private Main() {}

    /** Starts the service and returns, or ends the JVM with an exit code other than 0. */
    public static void main(String... args) {
        // Without picocli if need be: its class files are of Java 5, which no archive of classes takes.
        var exitCode = args.length == 0 ? start() : Arguments.obey(args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /** Starts the service: 0, or the exit code of what is wrong, which standard error says in one line. */
    static int start() {
        try {
            // Whatever the other settings bring may log.
            configureLogging();
            Launch.with(Configuration.from(System.getenv())).forEach(System.out::println);
            return 0;
        } catch (BadConfiguration setting) {
            return failed(setting, BAD_SETTINGS);
        } catch (RuntimeException failure) {
            return failed(failure, CANNOT_START);
        }
    }

    private static void configureLogging() {
        try {
            Logging.configure(System.getenv(), MyMicroservice.METADATA.name());
        } catch (IllegalArgumentException refused) {
            throw new BadConfiguration(String.valueOf(refused.getMessage()));
        }
    }

    private static int failed(RuntimeException failure, int exitCode) {
        var problem = String.valueOf(failure.getMessage()).replaceAll("\\p{Cntrl}+", " ");
        System.err.println("example-service: " + problem);
        return exitCode;
    }
}

package io.apikit.example;

import io.apikit.ops.logging.Logging;

/**
 * Runs {@link MyMicroservice}. The environment configures it ({@link Variable}). Without configuration it is a demo.
 *
 * <p>The exit code is 1 if the service cannot start, and 2 for invalid settings or arguments. After a signal the requests
 * in flight finish, and the exit code is the customary 143 (SIGTERM) or 130 (Ctrl-C).
 */
public final class Main {
    static final int CANNOT_START = 1;
    static final int BAD_SETTINGS = 2;

    private Main() {}

    /** Starts the service and returns, or ends the JVM with an exit code other than 0. */
    public static void main(String... args) {
        // Without arguments picocli is not loaded: its class files have the format of Java 5, which no class archive
        // accepts.
        var exitCode = args.length == 0 ? start() : Arguments.run(args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /** Starts the service. Returns 0, or after a failure its exit code: standard error then has one line about it. */
    static int start() {
        try {
            // First, because reading the other settings may log.
            configureLogging();
            ServiceLauncher.launch(Configuration.from(System.getenv())).forEach(System.out::println);
            return 0;
        } catch (InvalidSettingException e) {
            return failed(e, BAD_SETTINGS);
        } catch (RuntimeException e) {
            return failed(e, CANNOT_START);
        }
    }

    private static void configureLogging() {
        try {
            Logging.configure(System.getenv(), MyMicroservice.METADATA.name());
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(String.valueOf(e.getMessage()));
        }
    }

    private static int failed(RuntimeException e, int exitCode) {
        var problem = String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}+", " ");
        System.err.println("example-service: " + problem);
        return exitCode;
    }
}

package io.apikit.tools.classarchive;

import io.apikit.example.Main;
import io.apikit.ops.logging.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Makes an archive of the example service's loaded classes, so that the service starts faster: on JDK 25 an AOT cache (JEP
 * 514), on older JDKs AppCDS (JEP 350). Starts the service once, sends it the requests of a usual day, and stops it. The
 * archive is then beside the service's jar. Prints the command that uses it. Takes both jars on its class path:
 *
 * <pre>{@code
 * java -cp class-archive.jar:example-service.jar io.apikit.tools.classarchive.ClassArchiveMaker
 * }</pre>
 *
 * <p>The archive is valid for this jar and this Java only: make it again after each build. If the JVM cannot use an archive,
 * the service starts without it. If no archive works, the exit code is 1, and one line gives the reason.
 */
public final class ClassArchiveMaker {
    private ClassArchiveMaker() {}

    /** Takes no arguments. */
    public static void main(String... args) throws InterruptedException {
        // The demo's servers log much at INFO.
        Logging.configure(Map.of("LOGLEVEL", "ERROR"), "faster-start");
        try {
            System.out.println(make(ClassArchive.beside(serviceJar())));
        } catch (IOException | IllegalStateException e) {
            System.err.println("faster-start: " + e.getMessage());
            System.exit(1);
        }
    }

    private static String make(ClassArchive archive) throws IOException, InterruptedException {
        archive.delete();
        System.out.println("Starting the service once, to see what it needs ...");
        TrainingRun.run(archive.recordingCommand());
        archive.requireMade();
        System.out.println("Starting it with the archive and no leave to do without it ...");
        TrainingRun.run(archive.requiringCommand());
        return archive.path() + " (" + archive.mebibytes() + " MiB) works. Start the service with\n\n  "
                + String.join(" ", archive.usingCommand()) + "\n";
    }

    private static Path serviceJar() {
        var place = Main.class.getProtectionDomain().getCodeSource().getLocation();
        var jar = Path.of(place.getPath()).toAbsolutePath();
        if (!jar.toString().endsWith(".jar")) {
            throw new IllegalStateException("an archive is made of one jar, and the service is in " + jar
                    + ": build it (mvn -DskipTests package) and use java -cp class-archive.jar:example-service.jar");
        }
        return jar;
    }
}

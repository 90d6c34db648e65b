package io.apikit.example;

import io.apikit.ops.logging.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Makes the service start faster: starts it once, has it serve what a service serves, stops it, and leaves an archive of
 * its loaded classes beside the jar (on JDK 25 an AOT cache, JEP 514; on older ones AppCDS, JEP 350). Prints the command
 * that uses it. Run it from the jar:
 *
 * <pre>{@code
 * java -cp example-service.jar io.apikit.example.FasterStart
 * }</pre>
 *
 * <p>The archive is good for the very same jar and the very same Java: make it again after each build. One that the JVM
 * cannot use is left out, and the service starts as if there were none. Exit code 1 if there is no archive that
 * works, and a line that says why.
 */
public final class FasterStart {
    private FasterStart() {}

    /** Takes no arguments. */
    public static void main(String... args) throws InterruptedException {
        // The demo's servers have much to say.
        Logging.configure(Map.of("LOGLEVEL", "ERROR"), "faster-start");
        try {
            System.out.println(made(ClassArchive.beside(ownJar())));
        } catch (IOException | IllegalStateException failure) {
            System.err.println("faster-start: " + failure.getMessage());
            System.exit(1);
        }
    }

    private static String made(ClassArchive archive) throws IOException, InterruptedException {
        archive.delete();
        System.out.println("Starting the service once, to see what it needs ...");
        Rehearsal.of(archive.recording());
        archive.requireMade();
        System.out.println("Starting it with the archive and no leave to do without it ...");
        Rehearsal.of(archive.insisting());
        return archive.path() + " (" + archive.mebibytes() + " MiB) works. Start the service with\n\n  "
                + String.join(" ", archive.using()) + "\n";
    }

    private static Path ownJar() {
        var place = FasterStart.class.getProtectionDomain().getCodeSource().getLocation();
        var jar = Path.of(place.getPath()).toAbsolutePath();
        if (!jar.toString().endsWith(".jar")) {
            throw new IllegalStateException("an archive is made of one jar, and this runs from " + jar
                    + ": build it (mvn -DskipTests package) and use java -cp example-service.jar");
        }
        return jar;
    }
}

package io.apikit.bench.load;

import java.util.List;

/**
 * A way to write the service. Immutable.
 *
 * @param command that starts it; for Java what follows the JVM's flags
 * @param versions of its main libraries
 * @param absence why it is not available; blank if it is
 */
record Candidate(String name, boolean isJava, List<String> command, String versions, String absence) {
    static Candidate absent(String name, String reason) {
        return new Candidate(name, false, List.of(), "", reason);
    }

    boolean isAvailable() {
        return absence.isBlank();
    }
}

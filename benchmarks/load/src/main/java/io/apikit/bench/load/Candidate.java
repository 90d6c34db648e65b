package io.apikit.bench.load;

import java.util.List;

/**
 * A way to write the service. Immutable.
 *
 * @param command how it is started; of Java what follows the JVM's flags
 * @param versions of what it is made of
 * @param absence why it cannot be here; blank if it can
 */
record Candidate(String name, boolean isJava, List<String> command, String versions, String absence) {
    static Candidate absent(String name, String why) {
        return new Candidate(name, false, List.of(), "", why);
    }

    boolean isHere() {
        return absence.isBlank();
    }
}

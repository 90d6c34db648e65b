package io.apikit.starter;

import java.util.Map;

/** Names the artifact to add where a setting needs a class that is not there. */
final class MissingArtifact {
    private static final Map<String, String> ARTIFACTS = Map.of(
            "io/apikit/redis/", "apikit-redis",
            "io/apikit/status/", "apikit-status",
            "io/apikit/callers/", "apikit-callers");

    private MissingArtifact() {}

    /** Returns the words for a message. */
    static String problem(NoClassDefFoundError missing) {
        var name = String.valueOf(missing.getMessage()).replace('.', '/');
        return ARTIFACTS.entrySet().stream()
                .filter(artifact -> name.contains(artifact.getKey()))
                .findFirst()
                .map(artifact ->
                        "needs the artifact io.apikit:" + artifact.getValue() + ", which is not on the class path")
                .orElseThrow(() -> missing);
    }
}

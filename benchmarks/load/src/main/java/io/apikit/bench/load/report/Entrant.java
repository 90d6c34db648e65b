package io.apikit.bench.load.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A candidate as a report describes it: how it was started. The same for all rows with its label. Immutable. */
public record Entrant(String label, List<String> flags, Map<String, String> environment, String versions) {
    String line() {
        return "- " + label + ": " + (flags.isEmpty() ? "no JVM flags" : String.join(" ", flags))
                + (environment.isEmpty() ? "" : "; environment " + environment)
                + (versions.isBlank() ? "" : "; " + versions) + "\n";
    }

    Map<String, Object> members() {
        var members = new LinkedHashMap<String, Object>();
        members.put("label", label);
        members.put("flags", flags);
        members.put("environment", environment);
        members.put("versions", versions);
        return members;
    }
}

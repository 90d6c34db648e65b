package io.apikit.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a request may cost, for each feature release of the JDK. Immutable. */
record PinnedCosts(Map<Integer, RequestCosts> byRelease) {
    private static final Path FILE =
            Path.of("src", "test", "resources", "io", "apikit", "example", "request-costs.txt");

    private static final double ROOM = 1.10;

    private static final String HEAD =
            "# feature release of the JDK, bytes allocated per wrapped request, classes loaded until the first response";

    static PinnedCosts read() throws IOException {
        var costs = new TreeMap<Integer, RequestCosts>();
        for (var line : Files.readAllLines(FILE)) {
            if (!line.startsWith("#")) {
                var words = line.split(" ", 3);
                costs.put(
                        Integer.valueOf(words[0]),
                        new RequestCosts(Long.parseLong(words[1]), Long.parseLong(words[2])));
            }
        }
        return new PinnedCosts(costs);
    }

    boolean has(int release) {
        return byRelease.containsKey(release);
    }

    PinnedCosts with(int release, RequestCosts measured) {
        var costs = new TreeMap<>(byRelease);
        costs.put(release, measured);
        return new PinnedCosts(costs);
    }

    void write() throws IOException {
        var lines = byRelease.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue().bytes() + " "
                        + entry.getValue().classes());
        Files.write(FILE, Stream.concat(Stream.of(HEAD), lines).toList());
    }

    /** Returns a sentence for each figure that is more than 10 % above its pin. */
    List<String> excesses(int release, RequestCosts measured) {
        var pinned = pinned(release);
        var found = new ArrayList<String>();
        if (measured.bytes() > pinned.bytes() * ROOM) {
            found.add(sentence("bytes allocated per wrapped request", measured.bytes(), pinned.bytes(), release)
                    + "To see what allocates, add -Dapikit.costs.options="
                    + "-XX:StartFlightRecording:settings=profile,filename=target/request-costs/requests.jfr, then: "
                    + "jfr print --events ObjectAllocationSample --stack-depth 20 target/request-costs/requests.jfr");
        }
        if (measured.classes() > pinned.classes() * ROOM) {
            found.add(sentence("classes loaded until the first response", measured.classes(), pinned.classes(), release)
                    + RequestCosts.LOADED + " lists them (-Xlog:class+load). Run the test before the change too, and "
                    + "compare the first words of the lines of the two files");
        }
        return found;
    }

    /** Returns whether a figure is more than 10 % below its pin, so that much could be lost again without notice. */
    boolean areTooHigh(int release, RequestCosts measured) {
        var pinned = pinned(release);
        return measured.bytes() * ROOM < pinned.bytes() || measured.classes() * ROOM < pinned.classes();
    }

    private RequestCosts pinned(int release) {
        var pinned = byRelease.get(release);
        if (pinned == null) {
            throw new IllegalArgumentException("nothing is pinned for JDK " + release);
        }
        return pinned;
    }

    private static String sentence(String figure, long measured, long pinned, int release) {
        return "%s: %,d. Pinned for JDK %d: %,d, and at most %,d with 10 %% of room. "
                .formatted(figure, measured, release, pinned, (long) (pinned * ROOM));
    }
}

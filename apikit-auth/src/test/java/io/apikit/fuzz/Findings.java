package io.apikit.fuzz;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The faults that a fuzzer has found, one of each kind, with the command that shows it again. Thread-safe. */
final class Findings {
    private static final Logger log = LoggerFactory.getLogger(Findings.class);
    private static final int MOST = 60;

    private final String fuzzer;
    private final Map<String, String> byKind = new LinkedHashMap<>();
    private final Tally tally;

    Findings(String fuzzer, Tally tally) {
        this.fuzzer = fuzzer;
        this.tally = tally;
    }

    /** Notes a fault of a case. */
    void add(FuzzCase found, Throwable fault) {
        var own = fault instanceof FuzzCase.Fault;
        var what = own ? String.valueOf(fault.getMessage()) : "the fuzzer did not expect " + stack(fault);
        add(what + "\n    replay: " + replay(found) + "\n    " + found.shown());
    }

    /** Notes a fault that belongs to no single case. */
    void add(String what) {
        tally.count("FAULTS");
        if (isNew(what)) {
            log.info("{}: found {}", fuzzer, what);
        }
    }

    private synchronized boolean isNew(String what) {
        return byKind.size() < MOST && byKind.putIfAbsent(kind(what), what) == null;
    }

    /** The same text with other numbers is the same kind. */
    private static String kind(String what) {
        var line = what.lines().findFirst().orElse("");
        var plain =
                line.replaceAll("[0-9a-f]{32}", "id").replaceAll("[0-9]+", "0").replaceAll("\\b[a-z]{5}0\\b", "user");
        return plain.substring(0, Math.min(plain.length(), 110));
    }

    private String replay(FuzzCase found) {
        return "mvn verify -Pfuzz -pl apikit-auth -am -Dtest=" + fuzzer + " -Dapikit.fuzz.seed=" + found.seed()
                + " -Dapikit.fuzz.case=" + found.number();
    }

    private static String stack(Throwable fault) {
        var text = new StringBuilder(Secrets.masked(String.valueOf(fault), 300));
        for (var frame : fault.getStackTrace()) {
            if (text.length() < 1_500) {
                text.append("\n        at ").append(frame);
            }
        }
        return text.toString();
    }

    synchronized boolean isFull() {
        return byKind.size() >= MOST;
    }

    /** Fails if there are any. */
    synchronized void assertNone() {
        if (!byKind.isEmpty()) {
            throw new AssertionError(fuzzer + " found " + byKind.size() + " kinds of faults:\n- "
                    + String.join("\n- ", byKind.values()));
        }
    }
}

package io.apikit.bench.load;

/** A line of a report: a figure, the bar for it, and whether it is met. */
final class Bar {
    private Bar() {}

    static String line(boolean met, String figure, String bar) {
        return "- " + figure + "; bar: " + bar + ": " + (met ? "met" : "**not met**") + "\n";
    }
}

package io.apikit.bench.load;

/** A line of a report on what has to hold. */
final class Bar {
    private Bar() {}

    static String told(boolean met, String figure, String bar) {
        return "- " + figure + "; bar: " + bar + ": " + (met ? "met" : "**not met**") + "\n";
    }
}

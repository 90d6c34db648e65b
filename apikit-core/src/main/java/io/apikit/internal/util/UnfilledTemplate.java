package io.apikit.internal.util;

/**
 * A template has more places than there are values for it. Its author has forgotten a value, or has appended a caller's
 * text that looks like a place. Nothing shows which of the two it is, so the caller gets a 400.
 */
public final class UnfilledTemplate extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** @param values how many there are */
    public UnfilledTemplate(String template, int values) {
        super("the path " + template + " has more {} than the " + values + " values given");
    }
}

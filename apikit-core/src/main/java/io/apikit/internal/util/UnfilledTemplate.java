package io.apikit.internal.util;

/**
 * A template has more places than there are values for it. Its author has forgotten a value, or has appended a caller's
 * text that looks like a place. Nothing shows which of the two it is, so the caller gets a 400.
 */
public final class UnfilledTemplate extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * @param path that of the template; its query may have a secret of the service, and the caller gets the message
     * @param values how many there are
     */
    public UnfilledTemplate(String path, int values) {
        super("the path " + path + " has more {} than the " + values + " values given");
    }
}

package io.apikit.internal.util;

/**
 * Refuses the second call of what a builder allows once: its {@code build()}, or a setting of which there is one. A second
 * call is mostly a mistake, and the last one would win without a word. Not thread-safe, like the builders.
 */
public final class SingleUse {
    private boolean isUsed;

    /**
     * Begins the only use.
     *
     * @param refusal what the second call gets: why there is only one, and what to do
     * @throws IllegalStateException with that message, for every call but the first
     */
    public void begin(String refusal) {
        if (isUsed) {
            throw new IllegalStateException(refusal);
        }
        isUsed = true;
    }
}

package io.apikit.callers;

import java.util.regex.Pattern;

/** The options of a check of API keys. Not thread-safe. */
public final class ApiKeyOptions {
    /** RFC 9110, section 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    private String header = "X-API-Key";

    ApiKeyOptions() {}

    /**
     * Sets the header that has the key. Default {@code X-API-Key}. {@code Authorization: Bearer} is read too.
     *
     * @throws IllegalArgumentException for a name that no header has, and for {@code Authorization}
     */
    public ApiKeyOptions header(String name) {
        if (!TOKEN.matcher(name).matches() || name.equalsIgnoreCase("Authorization")) {
            throw new IllegalArgumentException(
                    "the header of API keys needs a name of its own, such as X-API-Key, not \"" + name + '"');
        }
        this.header = name;
        return this;
    }

    String header() {
        return header;
    }
}

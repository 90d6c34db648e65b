package io.apikit.http.internal.client;

import org.apache.hc.client5.http.psl.PublicSuffixMatcher;
import org.apache.hc.client5.http.psl.PublicSuffixMatcherLoader;

/**
 * The domains under which anybody can have a name, such as {@code co.uk} and {@code github.io}: the list of
 * publicsuffix.org that Apache's client contains. It is read when it is first needed. Thread-safe.
 */
public final class PublicSuffixes {
    private PublicSuffixes() {}

    /**
     * Returns whether a domain is a public suffix. One of a single label is, unless it is listed as an exception.
     *
     * @param domain lower case, without a dot at either end
     */
    public static boolean contains(String domain) {
        return KeptList.MATCHER.matches(domain);
    }

    /** Read once. It takes about 0.1 s and 0.6 MB, so a service that meets no {@code Domain} does not read it. */
    private static final class KeptList {
        private static final PublicSuffixMatcher MATCHER = PublicSuffixMatcherLoader.getDefault();
    }
}

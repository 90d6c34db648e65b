package io.apikit.auth.internal.browser;

import io.apikit.http.BackendResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The page that a request comes from, as the headers {@code Referer} and {@code Origin} show it (Fetch Standard,
 * section 3.2, and Referrer Policy, section 8). Providers that check them refuse a form without. Immutable.
 *
 * @param page its address; empty if the request comes from no page, as the first of a login
 * @param policy how much of the address may be shown
 * @param isTainted whether a redirect has led the request over another origin, which hides the page's own
 */
record Referrer(Optional<Address> page, Policy policy, boolean isTainted) {
    static final Referrer NONE = new Referrer(Optional.empty(), Policy.DEFAULT, false);

    /** A longer address is cut to its origin (Referrer Policy, section 8.3). */
    private static final int MAX_LENGTH = 4_096;

    static Referrer of(Address page, Policy policy) {
        return new Referrer(Optional.of(page), policy, false);
    }

    /** Returns the {@code Referer} of a request; empty if it has none. */
    Optional<String> referer(Address to) {
        return page.flatMap(from -> switch (policy.part(from, to)) {
            case NONE -> Optional.empty();
            case ORIGIN -> Optional.of(from.origin() + "/");
            case ALL ->
                Optional.of(from.origin() + from.target())
                        .filter(text -> text.length() <= MAX_LENGTH)
                        .or(() -> Optional.of(from.origin() + "/"));
        });
    }

    /** Returns the {@code Origin} of a POST; empty if it comes from no page. */
    Optional<String> origin(Address to) {
        return page.map(from -> isTainted || !policy.showsOrigin(from, to) ? "null" : from.origin());
    }

    /**
     * Returns it after a redirect.
     *
     * @param at the address that redirects
     * @param changed the policy of the redirect; empty if it has none
     */
    Referrer redirected(Address at, Address next, Optional<Policy> changed) {
        var leaves = page.filter(from -> !next.isAt(at.origin()) && !at.isAt(from.origin()));
        return new Referrer(page, changed.orElse(policy), isTainted || leaves.isPresent());
    }

    @Override
    public String toString() {
        return "Referrer" + page.map(Address::toString).stream().toList();
    }

    /** How much of its address a page lets the requests know that it leads to (Referrer Policy, section 3). */
    enum Policy {
        NO_REFERRER(Part.NONE, Part.NONE, false),
        NO_REFERRER_WHEN_DOWNGRADE(Part.ALL, Part.ALL, true),
        SAME_ORIGIN(Part.ALL, Part.NONE, false),
        ORIGIN(Part.ORIGIN, Part.ORIGIN, false),
        STRICT_ORIGIN(Part.ORIGIN, Part.ORIGIN, true),
        ORIGIN_WHEN_CROSS_ORIGIN(Part.ALL, Part.ORIGIN, false),
        STRICT_ORIGIN_WHEN_CROSS_ORIGIN(Part.ALL, Part.ORIGIN, true),
        UNSAFE_URL(Part.ALL, Part.ALL, false);

        static final Policy DEFAULT = STRICT_ORIGIN_WHEN_CROSS_ORIGIN;

        private final Part toItsOwn;
        private final Part toOthers;
        private final boolean isStrict;

        /** @param isStrict whether plain http gets nothing from a page that came safely */
        Policy(Part toItsOwn, Part toOthers, boolean isStrict) {
            this.toItsOwn = toItsOwn;
            this.toOthers = toOthers;
            this.isStrict = isStrict;
        }

        /** What a request gets of the page's address. */
        enum Part {
            NONE,
            ORIGIN,
            ALL
        }

        /** Returns what a request to an address gets of the address of a page. */
        Part part(Address page, Address to) {
            if (to.isAt(page.origin())) {
                return toItsOwn;
            }
            return isStrict && page.isSecure() && !to.isSecure() ? Part.NONE : toOthers;
        }

        /** Returns whether a form is sent to an address with the origin of its page (Fetch Standard, section 3.2). */
        boolean showsOrigin(Address page, Address to) {
            return switch (this) {
                case NO_REFERRER -> false;
                case SAME_ORIGIN -> to.isAt(page.origin());
                case NO_REFERRER_WHEN_DOWNGRADE, STRICT_ORIGIN, STRICT_ORIGIN_WHEN_CROSS_ORIGIN ->
                    !page.isHttps() || to.isHttps();
                case ORIGIN, ORIGIN_WHEN_CROSS_ORIGIN, UNSAFE_URL -> true;
            };
        }

        /** Returns the policy of a response's {@code Referrer-Policy}: the last that is known. */
        static Optional<Policy> of(BackendResponse response) {
            return response.headers().getOrDefault("Referrer-Policy", List.of()).stream()
                    .flatMap(line -> Arrays.stream(line.split(",", -1)))
                    .flatMap(token -> named(token).stream())
                    .reduce((first, last) -> last);
        }

        /** Returns the policy of a {@code <meta name=referrer>}, whose older names browsers know too. */
        static Optional<Policy> ofMeta(String content) {
            return switch (content.strip().toLowerCase(Locale.ROOT)) {
                case "never" -> Optional.of(NO_REFERRER);
                case "default" -> Optional.of(DEFAULT);
                case "always" -> Optional.of(UNSAFE_URL);
                case "origin-when-crossorigin" -> Optional.of(ORIGIN_WHEN_CROSS_ORIGIN);
                default -> named(content);
            };
        }

        private static Optional<Policy> named(String token) {
            var name = token.strip().toLowerCase(Locale.ROOT);
            return Arrays.stream(values())
                    .filter(policy -> policy.name()
                            .toLowerCase(Locale.ROOT)
                            .replace('_', '-')
                            .equals(name))
                    .findFirst();
        }
    }
}

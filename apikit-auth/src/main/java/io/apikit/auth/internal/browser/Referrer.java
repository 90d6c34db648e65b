package io.apikit.auth.internal.browser;

import java.util.Optional;

/**
 * The page that a request comes from, as the headers {@code Referer} and {@code Origin} show it (Fetch Standard, section 3.2,
 * and Referrer Policy, section 8). Providers that check them refuse a form without. Immutable.
 *
 * @param page its address; empty if the request comes from no page, as the first of a login
 * @param policy how much of the address may be shown
 * @param isTainted whether a redirect has led the request over another origin, which hides the page's own
 */
record Referrer(Optional<Address> page, ReferrerPolicy policy, boolean isTainted) {
    static final Referrer NONE = new Referrer(Optional.empty(), ReferrerPolicy.DEFAULT, false);

    /** A longer address is cut to its origin (Referrer Policy, section 8.3). */
    private static final int MAX_LENGTH = 4_096;

    static Referrer of(Address page, ReferrerPolicy policy) {
        return new Referrer(Optional.of(page), policy, false);
    }

    /** Returns the {@code Referer} of a request; empty if it has none. */
    Optional<String> referer(Address to) {
        return page.flatMap(from -> switch (policy.part(from, to)) {
            case NONE -> Optional.empty();
            case ORIGIN -> Optional.of(from.origin() + "/");
            case ALL -> Optional.of(from.origin() + from.target())
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
    Referrer redirected(Address at, Address next, Optional<ReferrerPolicy> changed) {
        var leaves = page.filter(from -> !next.isAt(at.origin()) && !at.isAt(from.origin()));
        return new Referrer(page, changed.orElse(policy), isTainted || leaves.isPresent());
    }

    @Override
    public String toString() {
        return "Referrer" + page.map(Address::toString).stream().toList();
    }
}

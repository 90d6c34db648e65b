package io.apikit.auth.internal.browser;

import io.apikit.http.BackendResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How much of its address a page lets the requests know that it leads to (Referrer Policy, section 3). */
enum ReferrerPolicy {
    NO_REFERRER(Part.NONE, Part.NONE, false),
    NO_REFERRER_WHEN_DOWNGRADE(Part.ALL, Part.ALL, true),
    SAME_ORIGIN(Part.ALL, Part.NONE, false),
    ORIGIN(Part.ORIGIN, Part.ORIGIN, false),
    STRICT_ORIGIN(Part.ORIGIN, Part.ORIGIN, true),
    ORIGIN_WHEN_CROSS_ORIGIN(Part.ALL, Part.ORIGIN, false),
    STRICT_ORIGIN_WHEN_CROSS_ORIGIN(Part.ALL, Part.ORIGIN, true),
    UNSAFE_URL(Part.ALL, Part.ALL, false);

    static final ReferrerPolicy DEFAULT = STRICT_ORIGIN_WHEN_CROSS_ORIGIN;

    private final Part toItsOwn;
    private final Part toOthers;
    private final boolean isStrict;

    /** @param isStrict whether plain http gets nothing from a page that came safely */
    ReferrerPolicy(Part toItsOwn, Part toOthers, boolean isStrict) {
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
    static Optional<ReferrerPolicy> of(BackendResponse response) {
        return response.headers().getOrDefault("Referrer-Policy", List.of()).stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .flatMap(token -> named(token).stream())
                .reduce((first, last) -> last);
    }

    /** Returns the policy of a {@code <meta name=referrer>}, whose older names browsers know too. */
    static Optional<ReferrerPolicy> ofMeta(String content) {
        return switch (content.strip().toLowerCase(Locale.ROOT)) {
            case "never" -> Optional.of(NO_REFERRER);
            case "default" -> Optional.of(DEFAULT);
            case "always" -> Optional.of(UNSAFE_URL);
            case "origin-when-crossorigin" -> Optional.of(ORIGIN_WHEN_CROSS_ORIGIN);
            default -> named(content);
        };
    }

    private static Optional<ReferrerPolicy> named(String token) {
        var name = token.strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(policy -> policy.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name))
                .findFirst();
    }
}

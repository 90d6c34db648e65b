package io.apikit.auth.internal.browser;

import io.apikit.auth.internal.sharing.RecordReader;
import io.apikit.auth.internal.sharing.RecordWriter;
import io.apikit.http.BackendResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cookies that a browser would keep (RFC 6265, sections 5.3 and 5.4, and RFC 6265bis where browsers differ from it). A
 * cookie goes back to the host that set it, and to each host within its {@code Domain}. The port does not count, and the
 * scheme only for a Secure cookie.
 *
 * <p>At most 4 KiB a cookie are kept, 16 KiB and 50 cookies of one domain, and 200 cookies in all. {@code SameSite} is not
 * read: each request of a login is one that the user would have started. Times are monotonic nanoseconds. The
 * {@code toString} shows names alone. Immutable and thread-safe.
 */
public final class CookieSet {
    /** The number that browsers keep at least (RFC 6265, section 6.1). */
    static final int MAX_OF_A_DOMAIN = 50;

    /** A login meets four hosts at most. */
    static final int MAX_IN_ALL = 200;

    private static final CookieSet NONE = new CookieSet(List.of(), 0, Optional.empty());

    /** The least recently set comes first. */
    private final List<Cookie> cookies;

    /** How many cookies were new so far: a count that orders them by creation. */
    private final long created;

    private final Optional<String> excess;

    private CookieSet(List<Cookie> cookies, long created, Optional<String> excess) {
        this.cookies = List.copyOf(cookies);
        this.created = created;
        this.excess = excess;
    }

    /** Returns a set without cookies. */
    public static CookieSet none() {
        return NONE;
    }

    /** Reads cookies that {@link #writeTo} has written. */
    public static CookieSet readFrom(RecordReader record) {
        var cookies = record.each(() -> Cookie.readFrom(record));
        return new CookieSet(cookies, record.number(), Optional.empty());
    }

    /** Writes all cookies with their scopes, ends and order. */
    public void writeTo(RecordWriter record) {
        record.each(cookies, cookie -> cookie.writeTo(record));
        record.number(created);
    }

    /**
     * Returns these cookies after a response. Those that have ended are left out.
     *
     * @param from the address of the request
     * @param now monotonic nanoseconds
     */
    public CookieSet with(Address from, BackendResponse response, long now) {
        return with(from, response, now, name -> true);
    }

    /** The same for those cookies whose names are taken. */
    CookieSet with(Address from, BackendResponse response, long now, Predicate<String> isTaken) {
        var set = SetCookie.in(response).stream()
                .filter(cookie -> isTaken.test(cookie.name()))
                .toList();
        if (set.isEmpty()) {
            return excess.isEmpty() ? this : new CookieSet(cookies, created, Optional.empty());
        }
        var update = new Update(from, now);
        set.forEach(update::take);
        return update.cookieSet();
    }

    /**
     * Returns the {@code Cookie} header of a request: the longest path first, then the earlier creation; empty if no cookie
     * is for this address.
     *
     * @param now monotonic nanoseconds
     */
    public Optional<String> header(Address to, long now) {
        if (cookies.isEmpty()) {
            return Optional.empty();
        }
        var line = sentTo(to, now).map(Cookie::pair).collect(Collectors.joining("; "));
        return line.isEmpty() ? Optional.empty() : Optional.of(line);
    }

    /**
     * Returns the value of the cookie of this name that a request to this address has first; empty if it has none.
     *
     * @param now monotonic nanoseconds
     */
    public Optional<String> value(String name, Address to, long now) {
        return sentTo(to, now)
                .filter(cookie -> cookie.name().equals(name))
                .map(Cookie::value)
                .findFirst();
    }

    private Stream<Cookie> sentTo(Address to, long now) {
        return cookies.stream()
                .filter(cookie -> !cookie.hasEnded(now) && cookie.isFor(to))
                .sorted(Comparator.comparingInt(Cookie::pathLength).reversed().thenComparingLong(Cookie::created));
    }

    /** Returns whether both have the same cookies, with the same values and scopes. Their ends may differ. */
    public boolean hasSameAs(CookieSet other) {
        return withoutEnds().equals(other.withoutEnds());
    }

    private Set<Cookie> withoutEnds() {
        return cookies.stream().map(Cookie::withoutEnd).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the names of all cookies, those that have ended since the last response too. */
    public Set<String> names() {
        return cookies.stream().map(Cookie::name).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the values by the names of their cookies; of several cookies of one name the one that was set last. */
    public Map<String, String> byName() {
        var values = new LinkedHashMap<String, String>();
        cookies.forEach(cookie -> values.put(cookie.name(), cookie.value()));
        return values;
    }

    /** Returns the values of all cookies. */
    public Set<String> values() {
        return cookies.stream().map(Cookie::value).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns which limit the cookies of the last response exceeded, without a value; empty if none. */
    public Optional<String> excess() {
        return excess;
    }

    @Override
    public String toString() {
        return "CookieSet" + cookies.stream().map(Cookie::name).toList();
    }

    /**
     * One cookie.
     *
     * @param scope the domain is a host if the cookie is for this host alone
     * @param end when it ends, in monotonic nanoseconds; empty if it has no end
     * @param created its place in the order of creation
     */
    private record Cookie(
            String name,
            String value,
            CookieScope scope,
            boolean isHostOnly,
            boolean isSecure,
            Optional<Long> end,
            long created) {
        static Cookie readFrom(RecordReader record) {
            return new Cookie(
                    record.text(),
                    record.text(),
                    new CookieScope(record.text(), record.text()),
                    record.flag(),
                    record.flag(),
                    record.optional(record::moment),
                    record.number());
        }

        void writeTo(RecordWriter record) {
            record.text(name);
            record.text(value);
            record.text(domain());
            record.text(scope.path());
            record.flag(isHostOnly);
            record.flag(isSecure);
            record.optional(end, record::moment);
            record.number(created);
        }

        boolean hasEnded(long now) {
            return end.filter(at -> at - now <= 0).isPresent();
        }

        boolean isFor(Address to) {
            var isForHost = isHostOnly ? to.host().equals(domain()) : CookieScope.isWithin(to.host(), domain());
            return isForHost && scope.covers(to.path()) && (!isSecure || to.isSecure());
        }

        /** Whether both would be the same cookie (RFC 6265bis, section 5.7). */
        boolean hasKeyOf(Cookie other) {
            return name.equals(other.name) && scope.equals(other.scope) && isHostOnly == other.isHostOnly;
        }

        String domain() {
            return scope.domain();
        }

        int pathLength() {
            return scope.path().length();
        }

        int bytes() {
            return CookieLimits.bytes(name, value);
        }

        /** A cookie without a name is its value alone (RFC 6265bis, section 5.8.3). */
        String pair() {
            return name.isEmpty() ? value : name + "=" + value;
        }

        Cookie withoutEnd() {
            return new Cookie(name, value, scope, isHostOnly, isSecure, Optional.empty(), 0);
        }

        Cookie createdAt(long place) {
            return new Cookie(name, value, scope, isHostOnly, isSecure, end, place);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** What one response changes. Used by one thread. */
    private final class Update {
        private final Address from;
        private final long now;
        private final List<Cookie> kept = new ArrayList<>();
        private long next = created;
        private Optional<String> refused = Optional.empty();

        private Update(Address from, long now) {
            this.from = from;
            this.now = now;
            cookies.stream().filter(cookie -> !cookie.hasEnded(now)).forEach(kept::add);
        }

        private CookieSet cookieSet() {
            return new CookieSet(kept, next, refused);
        }

        private void take(SetCookie set) {
            set.scope(from)
                    .map(scope -> new Cookie(
                            set.name(),
                            set.value(),
                            scope,
                            set.isHostOnly(from),
                            set.isSecure(),
                            set.life().map(life -> now + life.toNanos()),
                            next))
                    .filter(cookie -> isAllowed(set, cookie))
                    .ifPresent(this::take);
        }

        /** RFC 6265bis, section 5.7: who may set a Secure cookie, hide one, or use the prefixes of names. */
        private boolean isAllowed(SetCookie set, Cookie cookie) {
            return from.isSecure()
                    ? set.fitsItsPrefix(cookie.isHostOnly())
                    : !cookie.isSecure() && !set.hasPrefix() && kept.stream().noneMatch(old -> hides(cookie, old));
        }

        /** "Leave secure cookies alone": whether plain http would set a cookie in the place of a Secure one. */
        private static boolean hides(Cookie cookie, Cookie old) {
            return old.isSecure()
                    && old.name().equals(cookie.name())
                    && (CookieScope.isWithin(old.domain(), cookie.domain())
                            || CookieScope.isWithin(cookie.domain(), old.domain()))
                    && old.scope().covers(cookie.scope().path());
        }

        private void take(Cookie cookie) {
            var before = kept.stream().filter(cookie::hasKeyOf).findFirst();
            if (cookie.hasEnded(now)) {
                kept.removeIf(cookie::hasKeyOf);
                return;
            }
            var excess = excess(cookie);
            if (excess.isPresent()) {
                refused = excess;
                return;
            }
            before.ifPresent(kept::remove);
            kept.add(before.map(old -> cookie.createdAt(old.created())).orElse(cookie));
            next += before.isPresent() ? 0 : 1;
            drop(other -> other.domain().equals(cookie.domain()), MAX_OF_A_DOMAIN);
            drop(other -> true, MAX_IN_ALL);
        }

        private Optional<String> excess(Cookie cookie) {
            var others = kept.stream()
                    .filter(old -> old.domain().equals(cookie.domain()) && !old.hasKeyOf(cookie))
                    .mapToInt(old -> old.bytes() + CookieLimits.SEPARATOR_BYTES)
                    .sum();
            return CookieLimits.excess(cookie.name(), cookie.value(), others);
        }

        /** As browsers do: first those that are not Secure, and of these the least recently set. */
        private void drop(Predicate<Cookie> among, int most) {
            var all = kept.stream().filter(among).toList();
            if (all.size() > most) {
                kept.remove(all.stream()
                        .filter(cookie -> !cookie.isSecure())
                        .findFirst()
                        .orElse(all.get(0)));
            }
        }
    }
}

package io.apikit.testkit.oauth2proxy;

import io.javalin.http.Context;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;

/**
 * Writes the proxy's {@code Set-Cookie} lines (RFC 6265, section 4.1). By default the proxy sends no {@code SameSite}.
 */
record ProxyCookieWriter(ProxyVersion version, boolean secure, String domain, InstantSource clock) {
    private static final Duration AN_HOUR_AGO = Duration.ofHours(-1);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    void keep(Context ctx, String name, String value, Duration life) {
        String line = name + "=" + value + "; Path=/; " + (domain.isEmpty() ? "" : "Domain=" + domain + "; ")
                + end(life) + "; HttpOnly" + (secure ? "; Secure" : "");
        ctx.res().addHeader("Set-Cookie", line);
    }

    void delete(Context ctx, String name) {
        keep(ctx, name, "", AN_HOUR_AGO);
    }

    /** Passes on the first line alone, as nginx does with those of its {@code auth_request}. */
    static void first(Context ctx) {
        ctx.res().getHeaders("Set-Cookie").stream()
                .findFirst()
                .ifPresent(line -> ctx.res().setHeader("Set-Cookie", line));
    }

    /** Joins the lines so far into one, as version 7.0 does with every header of a response that it passes on. */
    void fold(Context ctx) {
        Collection<String> lines = ctx.res().getHeaders("Set-Cookie");
        if (version.foldsSetCookies() && lines.size() > 1) {
            ctx.res().setHeader("Set-Cookie", String.join(",", lines));
        }
    }

    private String end(Duration life) {
        return version.sendsMaxAge()
                ? "Max-Age=" + Math.max(0, life.toSeconds())
                : "Expires=" + DATE.format(clock.instant().plus(life));
    }
}

package io.apikit.ops.logging;

import java.util.Optional;
import java.util.regex.Pattern;

/** {@code LOGHOST}: a host by name or address, and a port. */
record SyslogAddress(String host, int port) {
    /** RFC 5426, section 3.3. */
    private static final int DEFAULT_PORT = 514;

    private static final int LAST_PORT = 65_535;

    /** A name or an IPv4 address, an IPv6 one in brackets, each with or without a port; or a bare IPv6 one. */
    private static final Pattern FORM = Pattern.compile(
            "(?:([A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}))|\\[([0-9A-Fa-f:.]+)])(?::([0-9]{1,5}))?|([0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)");

    /** @throws IllegalArgumentException naming the variable */
    static SyslogAddress parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw refused(text);
        }
        var host = Optional.ofNullable(form.group(1))
                .or(() -> Optional.ofNullable(form.group(2)))
                .orElseGet(() -> form.group(4));
        int port = Optional.ofNullable(form.group(3)).map(Integer::parseInt).orElse(DEFAULT_PORT);
        if (port < 1 || port > LAST_PORT) {
            throw refused(text);
        }
        return new SyslogAddress(host, port);
    }

    private static IllegalArgumentException refused(String text) {
        return LogSettings.refused(
                "LOGHOST", "must be a host or host:port, with a port from 1 to " + LAST_PORT + ", not '" + text + "'");
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}

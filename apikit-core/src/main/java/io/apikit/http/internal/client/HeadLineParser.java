package io.apikit.http.internal.client;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.message.LazyLineParser;
import org.apache.hc.core5.http.message.StatusLine;
import org.apache.hc.core5.util.CharArrayBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Parses the lines of a response's head. It overlooks what curl and browsers overlook, unless another reader on the way
 * could find another end of the response. A line that must not be overlooked is kept as a fault. Used by one thread.
 */
final class HeadLineParser extends LazyLineParser {
    /** A header without a name says nothing. It is taken out once the head has been parsed. */
    private static final Header NAMELESS = new BasicHeader("", "");

    private static final Set<String> FRAMING = Set.of("content-length", "transfer-encoding");

    /** Lower case, two spaces, no space behind the status, and the version of another framing than that in use. */
    private static final Pattern STATUS_LINE = Pattern.compile(
            "HTTP/(1\\.[01]|2(?:\\.0)?) +([1-9]\\d\\d)(?!\\d)(.*)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final int STATUS_END = "HTTP/1.1 200".length();

    private @Nullable String fault;
    private boolean hasNameless;

    /** Forgets the head before. */
    void begin() {
        fault = null;
        hasNameless = false;
    }

    /** Returns whether one of the lines has no name. */
    boolean hasNameless() {
        return hasNameless;
    }

    /** Returns what is wrong with the lines parsed since {@link #begin}; null if nothing is. */
    @Nullable
    String fault() {
        return fault;
    }

    @Override
    public StatusLine parseStatusLine(CharArrayBuffer line) throws ParseException {
        if (isUsual(line)) {
            return super.parseStatusLine(line);
        }
        var text = line.toString();
        var parts = STATUS_LINE.matcher(text);
        if (parts.matches()) {
            var version = parts.group(1).equals("1.0") ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1;
            return new StatusLine(
                    version, Integer.parseInt(parts.group(2)), parts.group(3).strip());
        }
        if (!text.startsWith("HTTP/")) {
            return super.parseStatusLine(line); // It is no response of HTTP.
        }
        fault = "it has no valid status line";
        return new StatusLine(HttpVersion.HTTP_1_1, 500, ""); // Until the head has been read.
    }

    private static boolean isUsual(CharArrayBuffer line) {
        return line.length() > STATUS_END
                && line.charAt(0) == 'H'
                && line.charAt("HTTP/".length()) == '1'
                && line.charAt(STATUS_END - 4) == ' '
                && isDigit(line.charAt(STATUS_END - 3), '1')
                && isDigit(line.charAt(STATUS_END - 2), '0')
                && isDigit(line.charAt(STATUS_END - 1), '0')
                && line.charAt(STATUS_END) == ' ';
    }

    private static boolean isDigit(char c, char least) {
        return c >= least && c <= '9';
    }

    @Override
    public Header parseHeader(CharArrayBuffer line) throws ParseException {
        int colon = line.indexOf(':');
        if (colon < 0) {
            fault = "it has a line without a colon in its head";
            return NAMELESS;
        }
        if (colon > 0 && !isBlank(line.charAt(0)) && !isBlank(line.charAt(colon - 1))) {
            return super.parseHeader(line);
        }
        var name = line.substring(0, colon).trim();
        if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
            fault = "it has a space next to the name " + name;
        }
        hasNameless |= name.isEmpty();
        return name.isEmpty() ? NAMELESS : new BasicHeader(name, line.substringTrimmed(colon + 1, line.length()));
    }

    /** The client drops a bare CR, too. */
    private static boolean isBlank(char c) {
        return c <= ' ';
    }
}

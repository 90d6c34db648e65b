package io.apikit.http.internal.client;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.ProtocolException;

/**
 * Where the body of a response ends (RFC 9112, section 6.3). What says the same twice is made to say it once. What another
 * reader on the way could understand otherwise is refused: it could take a part of one response for the next one.
 */
final class ResponseFraming {
    private static final String CONTENT_LENGTH = "Content-Length";
    private static final String TRANSFER_ENCODING = "Transfer-Encoding";

    private static final String CHUNKED = "chunked";

    /** So many fit into 64 bits, whatever they are. */
    private static final int MOST_DIGITS = 18;

    private static final Pattern LENGTH = Pattern.compile("0*(\\d{1," + MOST_DIGITS + "})");

    private ResponseFraming() {}

    /** @throws Ambiguity if the body could end in two places */
    static void normalize(HttpMessage head) throws Ambiguity {
        if (isUsual(head)) {
            return;
        }
        if (head.containsHeader(TRANSFER_ENCODING)) {
            normalizeCodings(head);
        }
        if (head.containsHeader(CONTENT_LENGTH) && !head.containsHeader(TRANSFER_ENCODING)) {
            normalizeLength(head);
        }
    }

    /** Most heads have one header at most that says where the body ends, in the usual spelling. */
    private static boolean isUsual(HttpMessage head) {
        int count = 0;
        for (var headers = head.headerIterator(); headers.hasNext(); ) {
            var header = headers.next();
            var isLength = header.getName().equalsIgnoreCase(CONTENT_LENGTH);
            if (isLength || header.getName().equalsIgnoreCase(TRANSFER_ENCODING)) {
                count++;
                var value = String.valueOf(header.getValue());
                if (isLength ? !isPlainNumber(value) : !value.equals(CHUNKED) || isOld(head)) {
                    return false;
                }
            }
        }
        return count <= 1;
    }

    /** RFC 9112, section 6.1: a reader on the way that knows HTTP/1.0 only need not know chunks. */
    private static boolean isOld(HttpMessage head) {
        var version = head.getVersion();
        return version != null && version.lessEquals(HttpVersion.HTTP_1_0);
    }

    private static boolean isPlainNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= MOST_DIGITS;
    }

    private static void normalizeCodings(HttpMessage head) throws Ambiguity {
        var codings = elements(head, TRANSFER_ENCODING);
        codings.removeIf(coding -> coding.isEmpty() || coding.equalsIgnoreCase("identity"));
        if (codings.isEmpty()) {
            head.removeHeaders(TRANSFER_ENCODING);
        } else if (codings.size() == 1 && codings.get(0).equalsIgnoreCase(CHUNKED) && !endsOtherwise(head)) {
            replace(head, TRANSFER_ENCODING, CHUNKED);
        } else {
            throw new Ambiguity("it has other transfer codings than one, chunked");
        }
        if (codings.isEmpty() || head.containsHeader(CONTENT_LENGTH) || isOld(head)) {
            replace(head, "Connection", "close"); // A reader that goes by the other header finds nothing behind.
        }
    }

    /** RFC 9112, section 6.3: where another coding than chunked is the last, the body ends with the connection. */
    private static boolean endsOtherwise(HttpMessage head) {
        var all = elements(head, TRANSFER_ENCODING);
        return all.get(all.size() - 1).equalsIgnoreCase("identity");
    }

    private static void normalizeLength(HttpMessage head) throws Ambiguity {
        var lengths = elements(head, CONTENT_LENGTH);
        var distinct = new HashSet<String>();
        for (var each : lengths) {
            var length = LENGTH.matcher(each);
            if (!length.matches()) {
                throw new Ambiguity("its Content-Length is no length");
            }
            distinct.add(String.valueOf(length.group(1)));
        }
        if (distinct.size() > 1) {
            throw new Ambiguity("it has " + distinct.size() + " different lengths");
        }
        if (lengths.size() > 1) {
            replace(head, CONTENT_LENGTH, lengths.get(0));
        }
    }

    private static void replace(HttpMessage head, String name, String value) {
        head.removeHeaders(name);
        head.addHeader(name, value);
    }

    /** Returns the elements of all headers of this name (RFC 9110, section 5.6.1). */
    private static List<String> elements(HttpMessage head, String name) {
        var elements = new ArrayList<String>(1);
        for (var header : head.getHeaders(name)) {
            for (var element : String.valueOf(header.getValue()).split(",", -1)) {
                elements.add(element.strip());
            }
        }
        return elements;
    }

    /** The head of a response is whole, and must not be used. */
    static final class Ambiguity extends ProtocolException {
        private static final long serialVersionUID = 1L;

        Ambiguity(String fault) {
            super(fault);
        }
    }
}

package io.apikit.http.internal.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A connection on which no request is sent once the backend has sent more than the last response: the client would take
 * the rest for the response to the next request, which may be another caller's. What is still on its way at that moment
 * cannot be distinguished from a response (RFC 9112, section 6.3). Interim responses are counted, since a backend could
 * send them without end.
 */
final class StrictConnection extends DefaultManagedHttpClientConnection {
    /** Servers send one or two. Some send one a second, so that the client goes on waiting. */
    private static final int MAX_INTERIM = 100;

    private final HeadParser parser;
    private ContinueExpectation.@Nullable Question question;
    private int interim;
    private long sentToProxy;
    private long idleSinceNanos;
    private long announcedIdleNanos = -1;

    private StrictConnection(Http1Config limits, HeadParser parser) {
        super("apikit", null, null, limits, null, null, null, any -> parser);
        this.parser = parser;
    }

    static StrictConnection within(Http1Config limits) {
        return new StrictConnection(limits, new HeadParser(limits));
    }

    /** Sets the timer that limits the wait for the head of the response; null once that has come. */
    void timedBy(@Nullable ExchangeTimer timer) {
        parser.timedBy(timer);
    }

    /** Sets the question that the next request asks before its body; null if it asks none. */
    void asking(ContinueExpectation.@Nullable Question next) {
        question = next;
    }

    /** The client waits here for the response to the question. It does not distinguish silence from the end. */
    @Override
    public boolean isDataAvailable(Timeout timeout) throws IOException {
        var isAvailable = super.isDataAvailable(timeout);
        if (!isAvailable && question != null && !isStale()) {
            question.inVain();
        }
        return isAvailable;
    }

    @Override
    public void sendRequestHeader(ClassicHttpRequest request) throws HttpException, IOException {
        if (parser.hasParsed() && hasMore()) {
            throw new ApacheFailures.UnsentException("more came than the last response");
        }
        interim = 0;
        parser.hasBegun = false;
        super.sendRequestHeader(request);
    }

    /** Returns whether a byte of the response to the latest request has come. */
    boolean hasResponseBegun() {
        return parser.hasBegun;
    }

    /** What was sent so far was for a proxy. What follows goes to the backend. */
    void beginTunnel() {
        sentToProxy = sent();
    }

    /** Returns how many requests were sent on it to the backend. */
    long uses() {
        return sent() - sentToProxy;
    }

    private long sent() {
        var details = getEndpointDetails();
        return details == null ? 0 : details.getRequestCount();
    }

    void idleFrom(long nowNanos) {
        idleSinceNanos = nowNanos;
    }

    /** Returns how long it has been kept since its latest request. */
    long idleNanos(long nowNanos) {
        return nowNanos - idleSinceNanos;
    }

    /** Returns the idle time that the server has announced, less a margin; -1 if it has announced none. */
    long announcedIdleNanos() {
        return announcedIdleNanos;
    }

    /** Returns whether more came than the last response. */
    boolean hasMore() throws IOException {
        var sockets = getSocketHolder();
        if (parser.hasMore() || sockets == null) {
            return parser.hasMore(); // A closed connection fails by itself.
        }
        if (sockets.getSSLSocket() == null) {
            return sockets.getInputStream().available() > 0;
        }
        // Encrypted bytes may be no part of a response, such as a session ticket: only reading them shows that.
        return sockets.getInputStream().available() > 0
                || (sockets.getBaseSocket().getInputStream().available() > 0 && (isStale() || parser.hasMore()));
    }

    @Override
    public ClassicHttpResponse receiveResponseHeader() throws HttpException, IOException {
        var head = super.receiveResponseHeader();
        if (head.getCode() < 200 && ++interim > MAX_INTERIM) {
            throw new ProtocolException("More than " + MAX_INTERIM + " interim responses");
        }
        announcedIdleNanos = KeepAliveHeader.idleNanos(head);
        return head;
    }

    /** How long the server keeps an idle connection, by {@code Keep-Alive: timeout=5, max=100} (RFC 2068, section 19.7.1). */
    private static final class KeepAliveHeader {
        private static final Pattern TIMEOUT =
                Pattern.compile("(?:^|[,;\\s])timeout\\s*=\\s*\"?(\\d{1,9})", Pattern.CASE_INSENSITIVE);

        /** The server's clock began earlier, and its close takes time to arrive. */
        private static final long MARGIN_NANOS = TimeUnit.SECONDS.toNanos(1);

        /** Returns the time less a second, or half of a time below two seconds; -1 if there is none. */
        private static long idleNanos(ClassicHttpResponse head) {
            var header = head.getFirstHeader("Keep-Alive");
            var timeout = header == null || header.getValue() == null ? null : TIMEOUT.matcher(header.getValue());
            if (timeout == null || !timeout.find()) {
                return -1;
            }
            long whole = TimeUnit.SECONDS.toNanos(Long.parseLong(timeout.group(1)));
            return whole - Math.min(MARGIN_NANOS, whole / 2);
        }
    }

    /**
     * Parses the head of a response strictly: garbage before the status line is not skipped, and a connection that ends in
     * the head is an error. The client's own parser would skip the garbage, and take the short head for a complete one.
     */
    static final class HeadParser extends DefaultHttpResponseParser {
        private final HeadLineParser lines;
        private @Nullable SessionInputBuffer last;
        private @Nullable ExchangeTimer timer;
        private boolean hasBegun;

        HeadParser(Http1Config limits) {
            this(limits, new HeadLineParser());
        }

        private HeadParser(Http1Config limits, HeadLineParser lines) {
            super(limits, lines, null);
            this.lines = lines;
        }

        void timedBy(@Nullable ExchangeTimer timer) {
            this.timer = timer;
        }

        @Override
        public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream input)
                throws IOException, HttpException {
            last = buffer;
            lines.begin();
            // The wait for an interim response reads into the buffer.
            hasBegun |= buffer.length() > 0;
            try {
                var head = super.parse(buffer, new Head(input, buffer.length() > 0));
                check(head);
                return head;
            } catch (IllegalArgumentException e) {
                // Thrown for a status 000.
                throw new ProtocolException("Invalid status line", e);
            }
        }

        /** @param head null if the connection has ended before it */
        private void check(@Nullable ClassicHttpResponse head) throws ResponseFraming.Ambiguity {
            var fault = lines.fault();
            if (fault != null) {
                throw new ResponseFraming.Ambiguity(fault);
            }
            if (head != null && lines.hasNameless()) {
                head.removeHeaders("");
            }
            if (head != null) {
                ResponseFraming.normalize(head);
            }
        }

        /** Returns whether a response has come before. */
        boolean hasParsed() {
            return last != null;
        }

        /** Returns whether the backend has sent more than its last response. */
        boolean hasMore() {
            return last != null && last.length() > 0;
        }

        /** A head that may end before its first byte only. */
        private final class Head extends FilterInputStream {
            private boolean begun;

            private Head(InputStream input, boolean begun) {
                super(input);
                this.begun = begun;
            }

            @Override
            public int read(byte[] into, int from, int most) throws IOException {
                int count = timed(into, from, most);
                if (count < 0 && begun) {
                    throw new ConnectionClosedException("the connection ended in the head of the response");
                }
                begun = true;
                hasBegun |= count > 0;
                return count;
            }

            private int timed(byte[] into, int from, int most) throws IOException {
                if (timer == null) {
                    return super.read(into, from, most);
                }
                timer.expectBytes();
                int count = super.read(into, from, most);
                timer.expectNothing();
                return count;
            }
        }
    }
}

package io.apikit.http.internal.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection on which no request is sent once the backend has sent more than the answer before: the client would take
 * the rest for the answer to the next request, which may be another caller's. What is on its way by then cannot be told
 * from an answer (RFC 9112, section 6.3). Interim answers are counted: they could go on for ever.
 */
final class StrictConnection extends DefaultManagedHttpClientConnection {
    /** Servers send one or two; some send one a second, to be waited for. */
    private static final int MOST_INTERIM = 100;

    private final HeadParser parser;
    private int interim;

    private StrictConnection(Http1Config limits, HeadParser parser) {
        super("apikit", null, null, limits, null, null, null, any -> parser);
        this.parser = parser;
    }

    static StrictConnection within(Http1Config limits) {
        return new StrictConnection(limits, new HeadParser(limits));
    }

    /** Who is told that the head of the answer is awaited; nobody once it is here. */
    void watchedBy(@Nullable ExchangeTimer watchdog) {
        parser.watchedBy(watchdog);
    }

    @Override
    public void sendRequestHeader(ClassicHttpRequest request) throws HttpException, IOException {
        if (parser.hasParsed() && hasMore()) {
            throw new ApacheFailures.UnsentException("more came than the answer before");
        }
        interim = 0;
        super.sendRequestHeader(request);
    }

    private boolean hasMore() throws IOException {
        var sockets = getSocketHolder();
        if (parser.hasMore() || sockets == null) {
            return parser.hasMore(); // One that is closed will say so itself.
        }
        if (sockets.getSSLSocket() == null) {
            return sockets.getInputStream().available() > 0;
        }
        // What waits encrypted may be no part of an answer, such as a session ticket: only reading it tells.
        return sockets.getInputStream().available() > 0
                || (sockets.getBaseSocket().getInputStream().available() > 0 && (isStale() || parser.hasMore()));
    }

    @Override
    public ClassicHttpResponse receiveResponseHeader() throws HttpException, IOException {
        var head = super.receiveResponseHeader();
        if (head.getCode() < 200 && ++interim > MOST_INTERIM) {
            throw new ProtocolException("More than " + MOST_INTERIM + " interim answers");
        }
        return head;
    }

    /**
     * Parses the head of an answer strictly: garbage before the status line is not skipped, and a connection that ends in
     * the head is an error. The client's own parser would skip the one, and take the other for a complete, shorter answer.
     */
    static final class HeadParser extends DefaultHttpResponseParser {
        private @Nullable SessionInputBuffer last;
        private @Nullable ExchangeTimer watchdog;

        HeadParser(Http1Config limits) {
            super(limits);
        }

        void watchedBy(@Nullable ExchangeTimer watchdog) {
            this.watchdog = watchdog;
        }

        @Override
        public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream input)
                throws IOException, HttpException {
            last = buffer;
            try {
                return super.parse(buffer, new Head(input, buffer.length() > 0, watchdog));
            } catch (IllegalArgumentException e) {
                // Of a status 000.
                throw new ProtocolException("Invalid status line", e);
            }
        }

        /** Whether an answer has come before. */
        boolean hasParsed() {
            return last != null;
        }

        /** Whether the backend has sent more than its last answer. */
        boolean hasMore() {
            return last != null && last.length() > 0;
        }

        /** May end before its first byte only. */
        private static final class Head extends FilterInputStream {
            private final @Nullable ExchangeTimer watchdog;
            private boolean begun;

            private Head(InputStream input, boolean begun, @Nullable ExchangeTimer watchdog) {
                super(input);
                this.begun = begun;
                this.watchdog = watchdog;
            }

            @Override
            public int read(byte[] into, int from, int most) throws IOException {
                int count = watched(into, from, most);
                if (count < 0 && begun) {
                    throw new ConnectionClosedException("the connection ended in the head of the answer");
                }
                begun = true;
                return count;
            }

            private int watched(byte[] into, int from, int most) throws IOException {
                if (watchdog == null) {
                    return super.read(into, from, most);
                }
                watchdog.expectBytes();
                int count = super.read(into, from, most);
                watchdog.expectNothing();
                return count;
            }
        }
    }
}

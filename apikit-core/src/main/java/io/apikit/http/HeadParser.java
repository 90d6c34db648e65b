package io.apikit.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Parses the head of an answer strictly: garbage before the status line is not skipped, and a connection that ends in
 * the head is an error. The client's own parser would skip the one, and take the other for a complete, shorter answer.
 */
final class HeadParser extends DefaultHttpResponseParser {
    private @Nullable SessionInputBuffer last;
    private @Nullable Watchdog watchdog;

    HeadParser(Http1Config limits) {
        super(limits);
    }

    void watchedBy(@Nullable Watchdog watchdog) {
        this.watchdog = watchdog;
    }

    @Override
    public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream input) throws IOException, HttpException {
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
        private final @Nullable Watchdog watchdog;
        private boolean begun;

        private Head(InputStream input, boolean begun, @Nullable Watchdog watchdog) {
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

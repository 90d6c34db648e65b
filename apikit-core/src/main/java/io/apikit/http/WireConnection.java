package io.apikit.http;

import java.io.IOException;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.jspecify.annotations.Nullable;

/**
 * A connection on which no request is sent once the backend has sent more than the answer before: the client would take
 * the rest for the answer to the next request, which may be another caller's. What is on its way by then cannot be told
 * from an answer (RFC 9112, section 6.3). Interim answers are counted: they could go on for ever.
 */
final class WireConnection extends DefaultManagedHttpClientConnection {
    /** Servers send one or two; some send one a second, to be waited for. */
    private static final int MOST_INTERIM = 100;

    private final HeadParser parser;
    private int interim;

    private WireConnection(Http1Config limits, HeadParser parser) {
        super("apikit", null, null, limits, null, null, null, any -> parser);
        this.parser = parser;
    }

    static WireConnection within(Http1Config limits) {
        return new WireConnection(limits, new HeadParser(limits));
    }

    /** Who is told that the head of the answer is awaited; nobody once it is here. */
    void watchedBy(@Nullable Watchdog watchdog) {
        parser.watchedBy(watchdog);
    }

    @Override
    public void sendRequestHeader(ClassicHttpRequest request) throws HttpException, IOException {
        if (parser.hasParsed() && hasMore()) {
            throw new UnsentException("more came than the answer before");
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
}

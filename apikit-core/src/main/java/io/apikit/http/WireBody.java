package io.apikit.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/** A body as the HTTP client's. */
final class WireBody extends AbstractHttpEntity {
    private final Body.Ready body;
    private final Runnable abort;

    WireBody(Body.Ready body, Runnable abort) {
        super((String) null, null, body.length() < 0);
        this.body = body;
        this.abort = abort;
    }

    @Override
    public long getContentLength() {
        return body.length();
    }

    @Override
    public boolean isRepeatable() {
        return body.isReplayable();
    }

    @Override
    public boolean isStreaming() {
        return !body.isReplayable();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        try {
            body.writeTo(out);
        } catch (RuntimeException e) {
            // First of all: the client would end a chunked body properly now, and the backend would take it for whole.
            abort.run();
            throw e;
        }
    }

    @Override
    public InputStream getContent() {
        throw new UnsupportedOperationException("a body is written, not read");
    }

    @Override
    public void close() {
        // Nothing is open between two writes.
    }
}

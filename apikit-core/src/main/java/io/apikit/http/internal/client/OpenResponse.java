package io.apikit.http.internal.client;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;

/** A response whose body is still on the wire. {@link #close} gives its connection back. Used by one thread. */
final class OpenResponse implements AutoCloseable {
    private final HttpExchange exchange;
    private final ExchangeTimer timer;
    private final BodyPreview preview;
    private final BackendResponse response;

    OpenResponse(HttpExchange exchange, ExchangeTimer timer, ClassicHttpResponse message) throws IOException {
        this.exchange = exchange;
        this.timer = timer;
        var entity = message.getEntity();
        var content = entity == null ? null : entity.getContent();
        this.preview = new BodyPreview(
                new FailureMappingStream(content == null ? InputStream.nullInputStream() : content, timer),
                ContentCodings.of(message));
        this.response = BackendResponse.open(
                message.getCode(), message.getReasonPhrase(), ApacheMessages.headers(message), preview);
    }

    /**
     * Returns the response, its body a preview, once enough of the body has come: of an error the whole preview, of any
     * other response the first byte.
     */
    BackendResponse response() {
        if (isError()) {
            preview.get();
        } else {
            preview.awaitFirst();
        }
        return response;
    }

    /** Returns the same as {@link #response}. The wait for the first byte moves the deadline. */
    BackendResponse responseAfterSilence() {
        if (!isError()) {
            timer.suspendDeadline();
            preview.awaitFirst();
            timer.resumeDeadline();
        }
        return response();
    }

    boolean isError() {
        return response.status() >= 400;
    }

    /** Returns the whole body. Its reads throw a {@link BackendError} where the backend fails. */
    InputStream body() {
        return preview.whole();
    }

    /** Ends the deadline: from now on, only the time between two reads is limited. */
    void withoutDeadline() {
        timer.withoutDeadline();
    }

    @Override
    public void close() {
        preview.seal();
        exchange.end();
    }

    /** Throws the {@link BackendError} that a failed read means. */
    private final class FailureMappingStream extends FilterInputStream {
        private FailureMappingStream(InputStream in, ExchangeTimer timer) {
            super(new TimedEntity.TimedStream(in, timer));
        }

        @Override
        public int read() {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int from, int most) {
            try {
                int count = in.read(into, from, most);
                if (count < 0 && timer.hasExpired()) {
                    // A connection that the timer closed can look like the regular end of a body without a length.
                    throw new EOFException("out of time");
                }
                return count;
            } catch (IOException | RuntimeException e) {
                throw exchange.error(e);
            }
        }

        @Override
        public int available() {
            try {
                return in.available();
            } catch (IOException e) {
                return 0;
            }
        }
    }
}

package io.apikit.http.internal.client;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import io.apikit.http.internal.resilience.Gate;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;

/** An answer whose body is still on the wire. One thread's; whatever ends it, {@link #close} gives its connection back. */
final class OpenResponse implements AutoCloseable {
    private final HttpExchange exchange;
    private final ExchangeTimer watchdog;
    private final BodyPreview prefix;
    private BackendResponse response;
    private Gate.Turn turn = Gate.Turn.FREE;

    OpenResponse(HttpExchange exchange, ExchangeTimer watchdog, ClassicHttpResponse answer) throws IOException {
        this.exchange = exchange;
        this.watchdog = watchdog;
        var entity = answer.getEntity();
        var content = entity == null ? null : entity.getContent();
        var encoding = answer.getFirstHeader("Content-Encoding");
        this.prefix = new BodyPreview(
                new Told(content == null ? InputStream.nullInputStream() : content),
                encoding == null ? "" : encoding.getValue());
        this.response = BackendResponse.open(
                answer.getCode(), answer.getReasonPhrase(), ApacheMessages.headers(answer), prefix);
    }

    /** The turn it was sent in lasts until this is closed. */
    OpenResponse inIts(Gate.Turn turn) {
        this.turn = turn;
        return this;
    }

    /**
     * The answer, its body the prefix, once that much of it is here that it counts as one: of an error the whole prefix,
     * of any other the first byte. The turn is told.
     */
    BackendResponse response() {
        try {
            if (isError()) {
                prefix.get();
            } else {
                prefix.awaitFirst();
            }
        } catch (BackendError error) {
            turn.failed(error);
            throw error;
        }
        response = turn.answered(response);
        return response;
    }

    boolean isError() {
        return response.status() >= 400;
    }

    /** The whole body; its reads throw a {@link BackendError} where the backend fails. */
    InputStream body() {
        return prefix.whole();
    }

    /** From here on only the time between two reads counts. */
    void withoutDeadline() {
        watchdog.withoutDeadline();
    }

    @Override
    public void close() {
        prefix.seal();
        exchange.end();
        turn.close();
        turn = Gate.Turn.FREE;
    }

    /** Says of a failed read what it means. */
    private final class Told extends FilterInputStream {
        private Told(InputStream in) {
            super(in);
        }

        @Override
        public int read() {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int from, int most) {
            try {
                watchdog.expectBytes();
                int count = in.read(into, from, most);
                watchdog.expectNothing();
                if (count < 0 && watchdog.hasBarked()) {
                    // A connection that the watchdog closed can look like the regular end of a body without a length.
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

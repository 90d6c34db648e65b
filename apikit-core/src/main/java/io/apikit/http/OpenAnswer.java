package io.apikit.http;

import io.apikit.BackendError;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;

/** An answer whose body is still on the wire. One thread's; whatever ends it, {@link #close} gives its connection back. */
final class OpenAnswer implements AutoCloseable {
    private final Exchange exchange;
    private final Watchdog watchdog;
    private final Prefix prefix;
    private BackendResponse response;

    OpenAnswer(Exchange exchange, Watchdog watchdog, ClassicHttpResponse answer) throws IOException {
        this.exchange = exchange;
        this.watchdog = watchdog;
        var entity = answer.getEntity();
        var content = entity == null ? null : entity.getContent();
        var headers = WireMessages.headers(answer);
        this.prefix = new Prefix(
                new Told(content == null ? InputStream.nullInputStream() : content),
                headers.first("Content-Encoding").orElse(""));
        this.response = BackendResponse.open(answer.getCode(), answer.getReasonPhrase(), headers, prefix);
    }

    /** Tells the turn it was sent in what came of it. */
    OpenAnswer heard(Turns.Turn turn) {
        response = turn.answered(response);
        return this;
    }

    /** Its body is the prefix. */
    BackendResponse response() {
        return response;
    }

    void awaitFirst() {
        prefix.awaitFirst();
    }

    void readPrefix() {
        prefix.get();
    }

    /** The whole body; its reads throw a {@link BackendError} where the backend fails. */
    InputStream body() {
        return prefix.whole();
    }

    /** From here on only the time between two reads counts. */
    void withoutDeadline() {
        watchdog.close();
    }

    @Override
    public void close() {
        prefix.seal();
        watchdog.close();
        exchange.end();
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
                return in.read(into, from, most);
            } catch (IOException | RuntimeException e) {
                throw exchange.error(e, watchdog.hasBarked());
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

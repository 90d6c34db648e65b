package io.apikit.http.internal.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/** The body of a response, between whose bytes the backend may stay silent for as long as a timer allows. */
final class TimedEntity extends HttpEntityWrapper {
    private final ExchangeTimer timer;

    TimedEntity(HttpEntity body, ExchangeTimer timer) {
        super(body);
        this.timer = timer;
    }

    @Override
    public InputStream getContent() throws IOException {
        return new TimedStream(super.getContent(), timer);
    }

    /** Each read is timed. */
    static final class TimedStream extends FilterInputStream {
        private final ExchangeTimer timer;

        TimedStream(InputStream in, ExchangeTimer timer) {
            super(in);
            this.timer = timer;
        }

        @Override
        public int read() throws IOException {
            timer.expectBytes();
            int one = in.read();
            timer.expectNothing();
            return one;
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            timer.expectBytes();
            int count = in.read(into, from, most);
            timer.expectNothing();
            return count;
        }
    }
}

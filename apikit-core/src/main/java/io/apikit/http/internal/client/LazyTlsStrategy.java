package io.apikit.http.internal.client;

import io.apikit.http.Tls;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Sets TLS up once, for the first connection that needs it. Reading the system's certificates is slow at the start, and
 * few backends on http ever need them. Thread-safe.
 */
final class LazyTlsStrategy implements TlsSocketStrategy {
    private final FutureTask<TlsSocketStrategy> strategy;

    LazyTlsStrategy(Tls tls) {
        this.strategy = new FutureTask<>(() -> strategy(tls));
    }

    /** Sets TLS up now. */
    static TlsSocketStrategy strategy(Tls tls) {
        return tls.isInsecure()
                ? new DefaultClientTlsStrategy(
                        tls.sslContext(), HostnameVerificationPolicy.CLIENT, NoopHostnameVerifier.INSTANCE)
                : new DefaultClientTlsStrategy(tls.sslContext(), HostnameVerificationPolicy.BUILTIN, null);
    }

    @Override
    public SSLSocket upgrade(Socket socket, String target, int port, @Nullable Object attachment, HttpContext context)
            throws IOException {
        // It runs once; other threads wait for it below.
        strategy.run();
        return setUp().upgrade(socket, target, port, attachment, context);
    }

    private TlsSocketStrategy setUp() throws InterruptedIOException {
        try {
            return strategy.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while TLS is set up");
        } catch (ExecutionException e) {
            throw new IllegalStateException("TLS cannot be set up", e.getCause());
        }
    }
}

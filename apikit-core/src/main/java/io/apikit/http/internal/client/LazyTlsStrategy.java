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
import org.apache.hc.client5.http.ssl.HttpsSupport;
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
        var context = tls.sslContext();
        if (tls.isInsecure()) {
            return new DefaultClientTlsStrategy(
                    context, HostnameVerificationPolicy.CLIENT, NoopHostnameVerifier.INSTANCE);
        }
        var builtin = new DefaultClientTlsStrategy(context, HostnameVerificationPolicy.BUILTIN, null);
        // The JDK refuses a name with an underscore before it looks into the certificate. The client's own check does
        // not.
        var clients = new DefaultClientTlsStrategy(
                context, HostnameVerificationPolicy.CLIENT, HttpsSupport.getDefaultHostnameVerifier());
        return (socket, target, port, attachment, http) ->
                (target.indexOf('_') < 0 ? builtin : clients).upgrade(socket, target, port, attachment, http);
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

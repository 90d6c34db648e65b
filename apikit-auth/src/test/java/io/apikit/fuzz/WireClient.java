package io.apikit.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** A cheap client that keeps its connection, and opens another when the server has closed it. Used by one thread. */
final class WireClient implements AutoCloseable {
    private final int port;
    private final int timeoutMillis;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    /** @param timeoutMillis for each read; it ends in a {@link java.net.SocketTimeoutException} */
    WireClient(int port, int timeoutMillis) {
        this.port = port;
        this.timeoutMillis = timeoutMillis;
    }

    /** Opens a connection. */
    static Socket open(int port, int timeoutMillis) throws IOException {
        var socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(timeoutMillis);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeoutMillis);
        return socket;
    }

    /** Sends a GET with further header lines, each with its line break. */
    WireResponse get(String path, String headers) throws IOException {
        return ask("GET " + path + " HTTP/1.1\r\nHost: fuzzed\r\n" + headers + "\r\n");
    }

    /** Sends bytes in Latin-1, and reads one response. It tries again if the kept connection has ended meanwhile. */
    WireResponse ask(String request) throws IOException {
        boolean isKept = socket != null;
        try {
            return askOnce(request);
        } catch (java.net.SocketTimeoutException | RuntimeException e) {
            close();
            throw e;
        } catch (IOException e) {
            close();
            if (!isKept) {
                throw e;
            }
            return askOnce(request);
        }
    }

    private WireResponse askOnce(String request) throws IOException {
        var to = socket;
        var from = in;
        if (to == null || from == null) {
            to = open(port, timeoutMillis);
            from = new BufferedInputStream(to.getInputStream());
            socket = to;
            in = from;
        }
        to.getOutputStream().write(request.getBytes(ISO_8859_1));
        var response = WireResponse.next(from, false).orElseThrow(() -> new IOException("no response"));
        if (!response.isWhole() || response.header("Connection").orElse("").contains("close")) {
            close();
        }
        return response;
    }

    @Override
    public void close() throws IOException {
        var open = socket;
        socket = null;
        in = null;
        if (open != null) {
            open.close();
        }
    }
}

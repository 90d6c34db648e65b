package io.apikit.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/** A request that comes a few bytes at a time without end, in any of its places. The service must end it. */
final class DrippingRequest {
    /** The longest limits of a service: the time of a head and the pace of a body, with a margin. */
    private static final long MOST_MILLIS = 30_000;

    private static final int PAUSE_MILLIS = 50;

    private static final String POST = "POST /none/text HTTP/1.1\r\nHost: fuzzed\r\nContent-Type: text/plain\r\n";

    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

    private final FuzzCase one;
    private final String user;

    DrippingRequest(FuzzCase one, String user) {
        this.one = one;
        this.user = user;
    }

    void send(int port) throws IOException, InterruptedException {
        var dice = one.dice();
        switch (dice.below(8)) {
            case 0 -> drip(port, "G", "E");
            case 1 ->
                drip(port, "GET /none/whoami HTTP/1.1\r\nHost: fuzzed\r\nAuthorization: " + Secrets.basic(user), "x");
            case 2 -> drip(port, POST + "Content-Length: 1000000\r\n\r\n", "x");
            case 3 -> drip(port, CHUNKED + "5;a=", "x");
            case 4 -> drip(port, CHUNKED + "5\r\nhello\r\n0\r\nX: ", "y");
            case 5 -> drip(port, CHUNKED, "1\r\nx\r\n");
            case 6 -> drip(port, CHUNKED + "fffff\r\n", "x");
            default -> drip(port, CHUNKED + "1\r\nx\r\n00", "0");
        }
    }

    private void drip(int port, String start, String drop) throws IOException, InterruptedException {
        one.sent("start of a request, then drops of " + drop, start.getBytes(ISO_8859_1));
        one.count("dripping");
        long begin = System.nanoTime();
        try (var socket = WireClient.open(port, PAUSE_MILLIS)) {
            socket.getOutputStream().write(start.getBytes(ISO_8859_1));
            while (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) < MOST_MILLIS) {
                socket.getOutputStream().write(drop.getBytes(ISO_8859_1));
                if (isEnded(socket)) {
                    one.check(true, () -> "");
                    return;
                }
            }
        } catch (IOException ignored) {
            // The service has closed the connection.
            return;
        }
        throw new FuzzCase.Fault(
                "a request drips for ever after " + Secrets.masked(start.substring(start.length() - 12), 20));
    }

    private static boolean isEnded(java.net.Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException ignored) {
            return false;
        }
    }
}

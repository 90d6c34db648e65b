package io.apikit.internal.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.apikit.Running;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** A client whose bytes drip: one each time that 5 ms have brought no response. */
final class DrippingClient extends Socket {
    private volatile boolean drips;

    private DrippingClient(int port, String address) throws IOException {
        super(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(address), 0);
    }

    static DrippingClient of(Running running) throws IOException {
        return from("127.0.0.1", running);
    }

    static DrippingClient from(String address, Running running) throws IOException {
        return new DrippingClient(running.app().port(), address);
    }

    /** Sends the head at once, and then this again and again; gives back the response, which is empty after a close. */
    String drip(String head, String drops) throws IOException {
        var out = super.getOutputStream();
        out.write(head.getBytes(ISO_8859_1));
        setSoTimeout(5);
        for (var i = 0; i < 2_000; i++) {
            try {
                int first = getInputStream().read();
                setSoTimeout(10_000);
                return first < 0
                        ? ""
                        : (char) first + new String(getInputStream().readAllBytes(), ISO_8859_1);
            } catch (SocketTimeoutException ignored) {
                write(out, drops.charAt(i % drops.length()));
            } catch (SocketException ignored) {
                return "";
            }
        }
        throw new AssertionError("nothing came of it in 10 s");
    }

    /** The same until the server ends the connection, whatever it sends before. */
    void dripUntilClosed(String head, String drops) throws IOException {
        var out = super.getOutputStream();
        out.write(head.getBytes(ISO_8859_1));
        setSoTimeout(5);
        for (var i = 0; i < 1_000; i++) {
            try {
                if (getInputStream().read(new byte[1_024]) < 0) {
                    return;
                }
            } catch (SocketTimeoutException ignored) {
                write(out, drops.charAt(i % drops.length()));
            } catch (SocketException ignored) {
                return;
            }
        }
        throw new AssertionError("it is open after 5 s");
    }

    /** A byte after a close is lost, but what came before it can be read. */
    private static void write(OutputStream out, char drop) {
        try {
            out.write(drop);
        } catch (IOException ignored) {
            // The next read finds it closed.
        }
    }

    /** From now on, bytes that TLS sends drip. */
    void dripFromNowOn() {
        drips = true;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(super.getOutputStream()) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (!drips) {
                    out.write(bytes, offset, length);
                    return;
                }
                for (var i = offset; i < offset + length; i++) {
                    out.write(bytes[i]);
                    awaitAMoment();
                }
            }
        };
    }

    private static void awaitAMoment() throws IOException {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}

package io.apikit.auth;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that sends one request and reads as much of the answer as it likes. */
final class RawClient implements AutoCloseable {
    private final Socket socket;

    RawClient(int port, String request) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** At least one byte. */
    int readSome(byte[] into) throws IOException {
        int count = socket.getInputStream().read(into);
        if (count < 0) {
            throw new EOFException();
        }
        return count;
    }

    /** What came up to and with this text. */
    String readUntil(String text) throws IOException {
        var came = new StringBuilder();
        while (came.indexOf(text) < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("the answer ended at: " + came);
            }
            came.append((char) next);
        }
        return came.toString();
    }

    /** What came until the connection ended, in whichever way. */
    String readToTheEnd() {
        var came = new StringBuilder();
        try {
            for (int next = socket.getInputStream().read();
                    next >= 0;
                    next = socket.getInputStream().read()) {
                came.append((char) next);
            }
        } catch (java.net.SocketTimeoutException open) {
            throw new AssertionError("the connection stayed open", open);
        } catch (IOException reset) {
            // An end too.
        }
        return came.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package io.apikit.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** Fills the backlog of a listening socket, so that the next connection to it hangs. */
public final class Fill implements AutoCloseable {
    private final List<Socket> sockets = new ArrayList<>();
    private boolean full;

    public Fill(int port) throws IOException {
        while (!full && sockets.size() < 50) {
            var socket = new Socket();
            sockets.add(socket);
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
            } catch (SocketTimeoutException e) {
                full = true;
            }
        }
    }

    public boolean isFull() {
        return full;
    }

    @Override
    public void close() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
    }
}

package io.apikit.example;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A backend that reads the head of each request and closes the connection. The outcome of the request is then unknown. */
final class DisconnectingServer implements AutoCloseable {
    private final ServerSocket socket;
    private final List<String> requestLines = new CopyOnWriteArrayList<>();

    private DisconnectingServer(ServerSocket socket) {
        this.socket = socket;
    }

    static DisconnectingServer start() throws IOException {
        var server = new DisconnectingServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        var thread = new Thread(server::serve, "disconnecting-server");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    /** Returns the request lines so far. */
    List<String> requestLines() {
        return requestLines;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (var client = socket.accept()) {
                read(client);
            } catch (IOException ignored) {
                // The client has disconnected, or the test is over.
            }
        }
    }

    private void read(Socket client) throws IOException {
        var reader = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
        var line = reader.readLine();
        if (line != null) {
            requestLines.add(line);
        }
        while (line != null && !line.isEmpty()) {
            line = reader.readLine();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

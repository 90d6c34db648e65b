package io.apikit.testkit.faulty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;

/** A connection of a {@link FaultyServer}, as a script uses it. A second thread reads ahead. */
final class FaultyConnection {
    private final Socket wire;
    private final Socket socket;
    private final ConnectionMonitor monitor;
    private final ReceiveBuffer inbox;
    private final RequestReader requests;
    private final int number;
    private final AtomicBoolean over = new AtomicBoolean();

    /**
     * @param wire the TCP connection
     * @param socket the same connection, or TLS on it
     */
    FaultyConnection(Socket wire, Socket socket, ConnectionMonitor monitor) {
        this.wire = wire;
        this.socket = socket;
        this.monitor = monitor;
        this.inbox = new ReceiveBuffer(monitor);
        this.number = monitor.opened();
        this.requests = new RequestReader(number, inbox);
    }

    /** Returns the number of the connection. The first one that was accepted has the number 1. */
    int number() {
        return number;
    }

    /** Reads until the client sends no more. Blocks. */
    void listen() {
        try {
            inbox.fill(socket.getInputStream());
        } catch (IOException ignored) {
            // The client has ended the connection too.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        clientIsGone();
    }

    /** Runs the script, and closes the connection. Blocks. */
    void play(Fault.Step script) throws IOException {
        try {
            wire.setTcpNoDelay(true);
            script.run(this);
            close(socket);
        } catch (IOException e) {
            clientIsGone();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            socket.close();
        }
    }

    private void clientIsGone() {
        if (over.compareAndSet(false, true)) {
            monitor.closed(true);
        }
        inbox.end();
    }

    /** Counts the connection as closed only after it is closed. */
    private void close(Socket which) throws IOException {
        boolean isOurs = over.compareAndSet(false, true);
        which.close();
        if (isOurs) {
            monitor.closed(false);
        }
        inbox.end();
    }

    void readRequest() throws IOException {
        ReceivedRequest head = requests.head();
        if (head.header("Expect").isPresent()) {
            write("HTTP/1.1 100 Continue\r\n\r\n");
        }
        monitor.received(requests.withBody(head));
    }

    /** Leaves the body unread. */
    void readHead() throws IOException {
        monitor.received(requests.head());
    }

    /** Reads the next request, and sends this text. */
    void respond(String text) throws IOException {
        readRequest();
        write(text);
    }

    /** Returns a stream without a buffer. Each write is sent at once. */
    OutputStream out() throws IOException {
        return socket.getOutputStream();
    }

    void write(String text) throws IOException {
        out().write(text.getBytes(ISO_8859_1));
    }

    void drip(String text) throws IOException {
        for (byte each : text.getBytes(ISO_8859_1)) {
            out().write(each);
        }
    }

    void writeForever(String text) throws IOException {
        byte[] bytes = text.getBytes(ISO_8859_1);
        while (true) {
            out().write(bytes);
        }
    }

    /** Sends nothing until it is released. */
    void stall() throws IOException, InterruptedException {
        monitor.stall(over::get);
        if (over.get()) {
            throw new EOFException("the client is gone");
        }
    }

    /** Ends the connection with a reset, without the end of TLS. */
    void reset() throws IOException {
        wire.setSoLinger(true, 0);
        close(wire);
        throw new EOFException("reset");
    }

    /** Ends the connection at once, from another thread than the script's. TLS would wait for a write in progress. */
    void abort() throws IOException {
        close(wire);
    }
}

package io.apikit.testkit.faulty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;

/** One connection of a {@link FaultyServer}, as a script sees it. A second thread reads ahead. */
final class FaultyConnection {
    private final Socket wire;
    private final Socket socket;
    private final ConnectionMonitor traffic;
    private final ReceiveBuffer inbox;
    private final RequestReader requests;
    private final int number;
    private final AtomicBoolean over = new AtomicBoolean();

    /**
     * @param wire the TCP connection
     * @param socket the same, or TLS on it
     */
    FaultyConnection(Socket wire, Socket socket, ConnectionMonitor traffic) {
        this.wire = wire;
        this.socket = socket;
        this.traffic = traffic;
        this.inbox = new ReceiveBuffer(traffic);
        this.number = traffic.opened();
        this.requests = new RequestReader(number, inbox);
    }

    /** From 1 on, in the order of their coming. */
    int number() {
        return number;
    }

    /** Reads until no more will come. Blocks. */
    void listen() {
        try {
            inbox.fill(socket.getInputStream());
        } catch (IOException gone) {
            // An end too.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        clientIsGone();
    }

    /** Does what the script says, and closes. Blocks. */
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
            traffic.closed(true);
        }
        inbox.end();
    }

    /** Counted only once it is so. */
    private void close(Socket which) throws IOException {
        boolean isOurs = over.compareAndSet(false, true);
        which.close();
        if (isOurs) {
            traffic.closed(false);
        }
        inbox.end();
    }

    void readRequest() throws IOException {
        ReceivedRequest head = requests.head();
        if (head.header("Expect").isPresent()) {
            write("HTTP/1.1 100 Continue\r\n\r\n");
        }
        traffic.received(requests.withBody(head));
    }

    /** Its body stays unread. */
    void readHead() throws IOException {
        traffic.received(requests.head());
    }

    /** To the next request. */
    void answer(String text) throws IOException {
        readRequest();
        write(text);
    }

    /** Buffers nothing: each write is sent at once. */
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

    /** Says nothing until it is released. */
    void stall() throws IOException, InterruptedException {
        traffic.stall(over::get);
        if (over.get()) {
            throw new EOFException("the client is gone");
        }
    }

    /** Ends the connection with a reset, whatever TLS would say. */
    void reset() throws IOException {
        wire.setSoLinger(true, 0);
        close(wire);
        throw new EOFException("reset");
    }

    /** From outside of the script, at once; TLS would wait for a write under way. */
    void abort() throws IOException {
        close(wire);
    }
}

package io.apikit.auth;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A backend whose answers are written byte for byte by a script, behind the token login of the custom mode. {@code
 * /login} and {@code /free} it answers itself; a token that was expired gets what {@link #rejecting} says.
 */
final class WireBackend implements AutoCloseable {
    /** Answers one request; what it throws ends the connection. */
    interface Script {
        void answer(Call call) throws IOException, InterruptedException;
    }

    /** A request as it came: with its body, and whether that came to its end. */
    record Received(String head, String content, boolean whole) {
        byte[] body() {
            return content.getBytes(StandardCharsets.ISO_8859_1);
        }

        String line() {
            return head.substring(0, head.indexOf("\r\n"));
        }

        /** Its value, or nothing. */
        String header(String name) {
            for (var field : head.lines().toList()) {
                if (field.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                    return field.substring(name.length() + 1).strip();
                }
            }
            return "";
        }
    }

    private static final String NO = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 7\r\n\r\nexpired";

    private final ServerSocket listening;
    private final Script script;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final List<Received> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger logins = new AtomicInteger();
    private final Semaphore recorded = new Semaphore(0);
    private final CountDownLatch lost = new CountDownLatch(1);
    private volatile String rejection = NO;
    private volatile int goodFrom = 1;
    private volatile boolean asking = true;
    private volatile boolean closing;

    WireBackend(Script script) {
        this.script = script;
        try {
            this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    WireBackend rejecting(String answer) {
        rejection = answer;
        return this;
    }

    /** As servers that do not know {@code Expect}. */
    WireBackend neverAsking() {
        asking = false;
        return this;
    }

    /** As servers that close each connection after one answer and do not say so. */
    WireBackend closingAfterEach() {
        closing = true;
        return this;
    }

    /** Every token handed out so far is dead. */
    void expire() {
        goodFrom = logins.get() + 1;
    }

    int logins() {
        return logins.get();
    }

    /** All but logins and {@code /free}. */
    List<Received> requests() {
        return requests;
    }

    /** Until a script could not go on because its client had gone. */
    void awaitLostClient() throws InterruptedException {
        if (!lost.await(10, TimeUnit.SECONDS)) {
            throw new AssertionError("the connection to the backend was not ended within 10 s");
        }
    }

    void awaitRequests(int count) throws InterruptedException {
        if (!recorded.tryAcquire(count, 10, TimeUnit.SECONDS)) {
            throw new AssertionError("no " + count + " requests within 10 s");
        }
    }

    private void record(Received request) {
        requests.add(request);
        recorded.release();
    }

    private void accept() {
        try {
            while (true) {
                var socket = listening.accept();
                open.add(socket);
                start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The end of it.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            do {
                answer(new Call(socket));
            } while (!closing);
        } catch (IOException | InterruptedException ended) {
            // As many scripts intend.
        }
    }

    private void answer(Call call) throws IOException, InterruptedException {
        var head = call.readHead();
        if (head.startsWith("POST /login ")) {
            call.readBody();
            call.write(ok("token-" + logins.incrementAndGet()));
        } else if (head.startsWith("GET /free ")) {
            call.write(ok("free"));
        } else if (isExpired(call.received.header("X-Token"))) {
            if (call.received.header("Expect").isEmpty()) {
                call.readBody();
            }
            record(call.received);
            call.write(rejection);
        } else {
            call.readBody();
            record(call.received);
            answerByScript(call);
        }
    }

    private void answerByScript(Call call) throws IOException, InterruptedException {
        try {
            script.answer(call);
        } catch (IOException e) {
            lost.countDown();
            throw e;
        }
    }

    private boolean isExpired(String token) {
        return token.startsWith("token-") && Integer.parseInt(token.substring("token-".length())) < goodFrom;
    }

    static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    static String ok(String text) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + text.length() + "\r\n\r\n" + text;
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "wire-backend");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (var socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One request and the connection it came on. */
    final class Call {
        private final Socket socket;
        private final InputStream in;
        private Received received = new Received("", "", false);

        private Call(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
        }

        Received received() {
            return received;
        }

        private String readHead() throws IOException {
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) next());
            }
            received = new Received(head.toString(), "", false);
            return head.toString();
        }

        /** Of either framing; asks for it first where the client waits for that. */
        private void readBody() throws IOException {
            if (asking && !received.header("Expect").isEmpty()) {
                write("HTTP/1.1 100 Continue\r\n\r\n");
            }
            var body = new ByteArrayOutputStream();
            try {
                if (received.header("Transfer-Encoding").equals("chunked")) {
                    readChunks(body);
                } else {
                    readMost(body, "0" + received.header("Content-Length"), 10);
                }
            } catch (IOException cut) {
                record(new Received(received.head, body.toString(StandardCharsets.ISO_8859_1), false));
                throw cut;
            }
            received = new Received(received.head, body.toString(StandardCharsets.ISO_8859_1), true);
        }

        private void readChunks(ByteArrayOutputStream body) throws IOException {
            int size = -1;
            while (size != 0) {
                size = readMost(body, readLine(), 16);
                readLine();
            }
        }

        private int readMost(ByteArrayOutputStream body, String length, int radix) throws IOException {
            int most = Integer.parseInt(length, radix);
            var bytes = in.readNBytes(most);
            body.writeBytes(bytes);
            if (bytes.length < most) {
                throw new EOFException();
            }
            return most;
        }

        private String readLine() throws IOException {
            var line = new StringBuilder();
            while (line.indexOf("\r\n") < 0) {
                line.append((char) next());
            }
            return line.substring(0, line.length() - 2);
        }

        private int next() throws IOException {
            int next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            return next;
        }

        Call write(String text) throws IOException {
            return write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        Call write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            return this;
        }

        Call chunk(String text) throws IOException {
            return write(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
        }

        /** Ends the connection here. */
        void breakOff() throws IOException {
            socket.close();
        }

        /** Says nothing more until the client goes away. */
        void stall() throws IOException {
            next();
        }
    }
}

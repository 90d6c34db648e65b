package io.apikit.testkit.faulty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A script for one connection of a {@link FaultyServer}: it reads a request, and does what its name says. With
 * {@link #then} it reads another request, and so on. At the end of the script the server closes the connection. If the
 * script ends with a {@link #response} or a {@link #redirect}, all further requests get that too. Text is sent byte for
 * byte as Latin-1. Nothing is added to it.
 *
 * <pre>{@code
 * Fault.resetBeforeResponse();
 * Fault.response(200, "text/plain", "ok").then(Fault.stalledBody());   // the second request on the connection
 * Fault.response(200, "text/plain", "ok");                             // no fault
 * Fault.response(200, "text/plain", "ok").thenStall();                 // kept alive, closed while idle by release()
 * Fault.raw("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha").thenStall().thenWrite("lf");
 * Fault.endless("HTTP/1.1 200 OK\r\n", "Set-Cookie: a=1\r\n");
 * }</pre>
 *
 * <p>A fault that stalls ends with {@link FaultyServer#release}, or when the client or the server closes the
 * connection, and never after a time. An endless fault ends when the client or the server closes the connection.
 * Immutable and thread-safe. Several servers can use the same fault.
 */
public final class Fault {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String PLAIN = OK + "Content-Type: text/plain\r\n";
    private static final String CHUNKED = PLAIN + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String BLOCK = "and so on ".repeat(100);

    private final String name;
    private final List<Step> steps;
    private final boolean repeatsLast;

    /** @param repeatsLast whether the last step is repeated until the client closes the connection */
    private Fault(String name, List<Step> steps, boolean repeatsLast) {
        this.name = name;
        this.steps = List.copyOf(steps);
        this.repeatsLast = repeatsLast;
    }

    private static Fault of(String name, Step... steps) {
        return new Fault(name, List.of(steps), false);
    }

    /** Returns a fault that sends this text to every request. */
    private static Fault toEveryRequest(String name, String text) {
        return new Fault(name, List.of(connection -> connection.respond(text)), true);
    }

    private static Fault read(String name, Step next) {
        return of(name, FaultyConnection::readRequest, next);
    }

    /** Sends a correct response. The body is in UTF-8 and has a {@code Content-Length}. */
    public static Fault response(int status, String contentType, String body) {
        return toEveryRequest("response " + status, text(status, contentType, body));
    }

    private static String text(int status, String contentType, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return statusLine(status) + "Content-Type: " + contentType + "\r\nContent-Length: " + bytes.length + "\r\n\r\n"
                + new String(bytes, ISO_8859_1);
    }

    private static String statusLine(int status) {
        return "HTTP/1.1 " + status + " " + HttpStatus.forStatus(status).getMessage() + "\r\n";
    }

    /** Sends this text. */
    public static Fault raw(String bytes) {
        return of("raw response", connection -> connection.respond(bytes));
    }

    /** Sends this text one byte at a time, each in its own packet. */
    public static Fault drip(String bytes) {
        return read("dripping response", connection -> connection.drip(bytes));
    }

    /** Sends this text as soon as it has read the head of a request. It neither reads the body nor asks for it. */
    public static Fault early(String bytes) {
        return of("early response", FaultyConnection::readHead, connection -> connection.write(bytes));
    }

    /** Sends this text before it has read a request. */
    public static Fault unasked(String bytes) {
        return of("unasked response", connection -> connection.write(bytes));
    }

    /** Sends nothing but a FIN. */
    public static Fault closeWithoutResponse() {
        return raw("").named("close without response");
    }

    /** Sends nothing but a RST, when it has read the request. */
    public static Fault resetBeforeResponse() {
        return read("reset before the response", FaultyConnection::reset);
    }

    /** Sends a RST after 4 of 10 bytes of the body. */
    public static Fault resetInBody() {
        return raw(PLAIN + "Content-Length: 10\r\n\r\nhalf").thenReset().named("reset in the body");
    }

    /** Sends a FIN after 4 of 10 bytes of the body. */
    public static Fault shortBody() {
        return raw(PLAIN + "Content-Length: 10\r\n\r\nhalf").named("short body");
    }

    /** Sends a FIN after 4 of 10 bytes of a chunk. */
    public static Fault truncatedChunk() {
        return raw(CHUNKED + "a\r\nhalf").named("truncated chunk");
    }

    /** Sends a second chunk whose size is not a number. */
    public static Fault malformedChunk() {
        return raw(CHUNKED + "4\r\nhalf\r\nzz\r\nhalf\r\n0\r\n\r\n").named("malformed chunk");
    }

    /** Sends a line that is not a status line, and then a correct response. */
    public static Fault garbageStatusLine() {
        return raw("?!garbage\u0000\u00ff\r\n" + PLAIN + "Content-Length: 2\r\n\r\nok")
                .named("garbage status line");
    }

    /** Stalls before the first byte. */
    public static Fault stalledResponse() {
        return raw("").thenStall().named("stalled response");
    }

    /** Stalls in the middle of a header. After its release the response is correct, with the body {@code ok}. */
    public static Fault stalledHeaders() {
        return raw(PLAIN + "Content-")
                .thenStall()
                .thenWrite("Length: 2\r\n\r\nok")
                .named("stalled headers");
    }

    /** Stalls after one byte of the body. After its release the body is {@code ok}. */
    public static Fault stalledBody() {
        return raw(PLAIN + "Content-Length: 2\r\n\r\no")
                .thenStall()
                .thenWrite("k")
                .named("stalled body");
    }

    /** Sends the first text, and then repeats the second without end, as fast as the client reads. */
    public static Fault endless(String start, String repeated) {
        return raw(start)
                .thenRun("endless", connection -> connection.writeForever(repeated))
                .named("endless response");
    }

    /** Sends a body without a length and without end. */
    public static Fault endlessBody() {
        return endless(PLAIN + "\r\n", BLOCK).named("endless body");
    }

    /** Sends headers of 1,000 bytes each, without end. */
    public static Fault endlessHeaders() {
        return endless(PLAIN, "X-More: " + BLOCK + "\r\n").named("endless headers");
    }

    /** Sends one header without end. */
    public static Fault endlessHeaderLine() {
        return endless(PLAIN + "X-Long: ", BLOCK).named("endless header line");
    }

    /** Sends interim responses (RFC 9110, section 15.2) without end. */
    public static Fault endlessInterimResponses() {
        return endless("", "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n").named("endless interim responses");
    }

    /**
     * Sends zeros in gzip, about a thousandth of this number of bytes. They are made while they are sent, in a few KiB
     * of memory.
     */
    public static Fault gzipBomb(long decodedBytes) {
        return raw(PLAIN + "Content-Encoding: gzip\r\n\r\n")
                .thenRun("endless", connection -> CompressionBomb.gzip(connection.out(), decodedBytes))
                .named("gzip bomb");
    }

    /** Does the same as {@link #gzipBomb} with deflate, which in RFC 9110 is the format of zlib. */
    public static Fault deflateBomb(long decodedBytes) {
        return raw(PLAIN + "Content-Encoding: deflate\r\n\r\n")
                .thenRun("endless", connection -> CompressionBomb.deflate(connection.out(), decodedBytes))
                .named("deflate bomb");
    }

    /** Sends a response with this {@code Location}, unchanged, and no body. */
    public static Fault redirect(int status, String location) {
        return toEveryRequest(
                "redirect " + status, statusLine(status) + "Location: " + location + "\r\nContent-Length: 0\r\n\r\n");
    }

    /** Redirects every request to the same path. */
    public static Fault redirectLoop() {
        return redirect(302, "/loop").named("redirect loop");
    }

    /**
     * Returns redirects that no client should follow with its secrets, one fault for each. Some lead to this host and
     * port by {@code //}, user information or backslashes, or to another scheme. Some lead nowhere, or break a careless
     * parser.
     *
     * @param elsewhere {@code host:port} of a server that must not be called
     */
    public static List<Fault> hostileRedirects(String elsewhere) {
        return HostileHeaders.locations(elsewhere).stream()
                .map(location -> redirect(302, location).named("redirect to " + HostileHeaders.shown(location)))
                .toList();
    }

    /**
     * Returns responses with cookies that no client should keep or fail on, one fault for each: foreign, huge, by the
     * hundred, unprintable.
     */
    public static List<Fault> hostileCookies() {
        return HostileHeaders.cookies().stream()
                .map(cookies -> toEveryRequest(
                        "cookies " + HostileHeaders.shown(cookies), PLAIN + cookies + "Content-Length: 2\r\n\r\nok"))
                .toList();
    }

    /** Returns this fault, followed by another on the same connection. */
    public Fault then(Fault next) {
        List<Step> both = new ArrayList<>(steps);
        both.addAll(next.steps);
        return new Fault(name + ", then " + next.name, both, next.repeatsLast);
    }

    /** Returns this fault, followed by this text. */
    public Fault thenWrite(String bytes) {
        return thenRun("more", connection -> connection.write(bytes));
    }

    /**
     * Returns this fault, followed by a stall until it is released. At the end of a script that is a connection which
     * is closed while idle.
     */
    public Fault thenStall() {
        return thenRun("stall", FaultyConnection::stall);
    }

    /** Returns this fault, followed by a RST. */
    public Fault thenReset() {
        return thenRun("reset", FaultyConnection::reset);
    }

    private Fault thenRun(String what, Step step) {
        return then(of(what, step));
    }

    /** Returns this fault, repeated until the client closes the connection. */
    public Fault forever() {
        return of(name + " forever", connection -> {
            while (true) {
                once(connection);
            }
        });
    }

    /** Returns this fault with another name, for the reports of tests. */
    public Fault named(String other) {
        return new Fault(other, steps, repeatsLast);
    }

    void play(FaultyConnection connection) throws IOException, InterruptedException {
        once(connection);
        while (repeatsLast) {
            steps.get(steps.size() - 1).run(connection);
        }
    }

    private void once(FaultyConnection connection) throws IOException, InterruptedException {
        for (Step step : steps) {
            step.run(connection);
        }
    }

    /** Returns the name, such as {@code short body}. */
    @Override
    public String toString() {
        return name;
    }

    /** A step of a script. An exception ends the connection. */
    interface Step {
        void run(FaultyConnection connection) throws IOException, InterruptedException;
    }
}

package io.apikit.testkit.faulty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What happens on one connection of a {@link FaultyServer}: a request is read, then comes what the name says; with
 * {@link #then} another request is read, and so on. At its end the server closes the connection, unless its last is an
 * {@link #response} or a {@link #redirect}: that is given to all further requests too. Text is sent byte for byte as
 * Latin-1; nothing is added to it.
 *
 * <pre>{@code
 * Fault.resetBeforeAnswer();
 * Fault.answer(200, "text/plain", "ok").then(Fault.stalledBody());   // the second request on the connection
 * Fault.answer(200, "text/plain", "ok");                             // a server as it should be
 * Fault.answer(200, "text/plain", "ok").thenStall();                 // kept alive, closed while idle by release()
 * Fault.raw("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha").thenStall().thenWrite("lf");
 * Fault.endless("HTTP/1.1 200 OK\r\n", "Set-Cookie: a=1\r\n");
 * }</pre>
 *
 * <p>What stalls does so until {@link FaultyServer#release}, the client's end or the server's, and never for a time; what
 * is endless ends with the client or the server. Immutable and thread-safe; one can be used by many servers.
 */
public final class Fault {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String PLAIN = OK + "Content-Type: text/plain\r\n";
    private static final String CHUNKED = PLAIN + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String BLOCK = "and so on ".repeat(100);

    private final String name;
    private final List<Step> steps;
    private final boolean goesOn;

    /** @param goesOn whether the last step is repeated until the client goes away */
    private Fault(String name, List<Step> steps, boolean goesOn) {
        this.name = name;
        this.steps = List.copyOf(steps);
        this.goesOn = goesOn;
    }

    private static Fault of(String name, Step... steps) {
        return new Fault(name, List.of(steps), false);
    }

    /** Good for every request there may be. */
    private static Fault good(String name, String answer) {
        return new Fault(name, List.of(connection -> connection.answer(answer)), true);
    }

    private static Fault read(String name, Step next) {
        return of(name, FaultyConnection::readRequest, next);
    }

    /** A good answer, with a {@code Content-Length}: of the body's UTF-8. */
    public static Fault response(int status, String contentType, String body) {
        return good("answer " + status, text(status, contentType, body));
    }

    private static String text(int status, String contentType, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return statusLine(status) + "Content-Type: " + contentType + "\r\nContent-Length: " + bytes.length + "\r\n\r\n"
                + new String(bytes, ISO_8859_1);
    }

    private static String statusLine(int status) {
        return "HTTP/1.1 " + status + " " + HttpStatus.forStatus(status).getMessage() + "\r\n";
    }

    /** This, whatever it is. */
    public static Fault raw(String bytes) {
        return of("raw answer", connection -> connection.answer(bytes));
    }

    /** This, one byte at a time, each in a packet of its own. */
    public static Fault drip(String bytes) {
        return read("dripping answer", connection -> connection.drip(bytes));
    }

    /** This, as soon as the head of a request is read; its body stays unread, and is not asked for. */
    public static Fault early(String bytes) {
        return of("early answer", FaultyConnection::readHead, connection -> connection.write(bytes));
    }

    /** This, before a request is read. */
    public static Fault unasked(String bytes) {
        return of("unasked answer", connection -> connection.write(bytes));
    }

    /** Nothing: a FIN. */
    public static Fault closeWithoutResponse() {
        return raw("").named("close without answer");
    }

    /** Nothing: a RST, once the request is read. */
    public static Fault resetBeforeResponse() {
        return read("reset before the answer", FaultyConnection::reset);
    }

    /** A RST after 4 of 10 bytes. */
    public static Fault resetInBody() {
        return raw(PLAIN + "Content-Length: 10\r\n\r\nhalf").thenReset().named("reset in the body");
    }

    /** A FIN after 4 of 10 bytes. */
    public static Fault shortBody() {
        return raw(PLAIN + "Content-Length: 10\r\n\r\nhalf").named("short body");
    }

    /** A FIN after 4 of 10 bytes of a chunk. */
    public static Fault truncatedChunk() {
        return raw(CHUNKED + "a\r\nhalf").named("truncated chunk");
    }

    /** The second chunk's size is no number. */
    public static Fault malformedChunk() {
        return raw(CHUNKED + "4\r\nhalf\r\nzz\r\nhalf\r\n0\r\n\r\n").named("malformed chunk");
    }

    /** What is no status line, before an answer that is in order. */
    public static Fault garbageStatusLine() {
        return raw("?!garbage\u0000\u00ff\r\n" + PLAIN + "Content-Length: 2\r\n\r\nok")
                .named("garbage status line");
    }

    /** Not a byte comes. */
    public static Fault stalledResponse() {
        return raw("").thenStall().named("stalled answer");
    }

    /** Stalls in the middle of a header; then the answer is as it should be, with the body {@code ok}. */
    public static Fault stalledHeaders() {
        return raw(PLAIN + "Content-")
                .thenStall()
                .thenWrite("Length: 2\r\n\r\nok")
                .named("stalled headers");
    }

    /** Stalls after one byte of the body; then it is {@code ok}. */
    public static Fault stalledBody() {
        return raw(PLAIN + "Content-Length: 2\r\n\r\no")
                .thenStall()
                .thenWrite("k")
                .named("stalled body");
    }

    /** The one, then the other over and over, as fast as the client reads. */
    public static Fault endless(String start, String again) {
        return raw(start)
                .thenRun("endless", connection -> connection.writeForever(again))
                .named("endless answer");
    }

    /** A body without a length that never ends. */
    public static Fault endlessBody() {
        return endless(PLAIN + "\r\n", BLOCK).named("endless body");
    }

    /** Headers of 1,000 bytes each that never end. */
    public static Fault endlessHeaders() {
        return endless(PLAIN, "X-More: " + BLOCK + "\r\n").named("endless headers");
    }

    /** One header that never ends. */
    public static Fault endlessHeaderLine() {
        return endless(PLAIN + "X-Long: ", BLOCK).named("endless header line");
    }

    /** Interim answers (RFC 9110, section 15.2) that never end. */
    public static Fault endlessInterimResponses() {
        return endless("", "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n").named("endless interim answers");
    }

    /** Zeros in gzip: about a thousandth of this on the wire. Made while it is sent, in a few KiB of memory. */
    public static Fault gzipBomb(long decodedBytes) {
        return raw(PLAIN + "Content-Encoding: gzip\r\n\r\n")
                .thenRun("endless", connection -> CompressionBomb.gzip(connection.out(), decodedBytes))
                .named("gzip bomb");
    }

    /** The same in deflate, as RFC 9110 means it: in zlib's format. */
    public static Fault deflateBomb(long decodedBytes) {
        return raw(PLAIN + "Content-Encoding: deflate\r\n\r\n")
                .thenRun("endless", connection -> CompressionBomb.deflate(connection.out(), decodedBytes))
                .named("deflate bomb");
    }

    /** An answer with this {@code Location}, as it is, and no body. */
    public static Fault redirect(int status, String location) {
        return good(
                "redirect " + status, statusLine(status) + "Location: " + location + "\r\nContent-Length: 0\r\n\r\n");
    }

    /** Every request is redirected to where it came from. */
    public static Fault redirectLoop() {
        return redirect(302, "/loop").named("redirect loop");
    }

    /**
     * Redirects that no client should follow with its secrets: to this host and port by way of {@code //}, user
     * information or backslashes, by another scheme, to nowhere, and such as break a careless parser. Each is one fault.
     *
     * @param elsewhere {@code host:port} of a server that must not be called
     */
    public static List<Fault> hostileRedirects(String elsewhere) {
        return HostileHeaders.locations(elsewhere).stream()
                .map(location -> redirect(302, location).named("redirect to " + HostileHeaders.shown(location)))
                .toList();
    }

    /** Answers with cookies that no client should keep or choke on: foreign, huge, by the hundred, unprintable. */
    public static List<Fault> hostileCookies() {
        return HostileHeaders.cookies().stream()
                .map(cookies -> good(
                        "cookies " + HostileHeaders.shown(cookies), PLAIN + cookies + "Content-Length: 2\r\n\r\nok"))
                .toList();
    }

    /** What happens when this is over, on the same connection. */
    public Fault then(Fault next) {
        List<Step> both = new ArrayList<>(steps);
        both.addAll(next.steps);
        return new Fault(name + ", then " + next.name, both, next.goesOn);
    }

    /** Then this is written. */
    public Fault thenWrite(String bytes) {
        return thenRun("more", connection -> connection.write(bytes));
    }

    /** Then nothing happens until it is released; at the end of a script that is a connection closed while idle. */
    public Fault thenStall() {
        return thenRun("stall", FaultyConnection::stall);
    }

    /** Then a RST ends the connection. */
    public Fault thenReset() {
        return thenRun("reset", FaultyConnection::reset);
    }

    private Fault thenRun(String what, Step step) {
        return then(of(what, step));
    }

    /** All this over and over, until the client goes away. */
    public Fault forever() {
        return of(name + " forever", connection -> {
            while (true) {
                once(connection);
            }
        });
    }

    /** The same by another name, for the tests' reports. */
    public Fault named(String other) {
        return new Fault(other, steps, goesOn);
    }

    void play(FaultyConnection connection) throws IOException, InterruptedException {
        once(connection);
        while (goesOn) {
            steps.get(steps.size() - 1).run(connection);
        }
    }

    private void once(FaultyConnection connection) throws IOException, InterruptedException {
        for (Step step : steps) {
            step.run(connection);
        }
    }

    /** Its name, such as {@code short body}. */
    @Override
    public String toString() {
        return name;
    }

    /** A step of what happens on a connection; what it throws ends the connection. */
    interface Step {
        void run(FaultyConnection connection) throws IOException, InterruptedException;
    }
}

package io.apikit.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.apikit.testkit.identityprovider.HostilePage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Makes responses of a backend: each part of them correct, odd or hostile. */
final class ResponseGrammar {
    private static final List<String> STATUS_LINES = List.of(
            "HTTP/1.1 200",
            "HTTP/1.1 099 x",
            "HTTP/1.1 1000 x",
            "HTTP/1.1 2x0 x",
            "HTTP/0.9 200 OK",
            "HTTP/2 200 OK",
            "200 OK",
            "HTTP/1.1",
            "",
            "ICY 200 OK",
            "HTTP/1.1 -20 x",
            "HTTP/1.1 200 \u0085\u009b",
            "HTTP/1.1  200 OK",
            "http/1.1 200 OK",
            "HTTP/1.1 600 x",
            "HTTP/1.1 999 x",
            "HTTP/1.1 200 " + "x".repeat(9000));
    private static final List<Integer> STATUSES = List.of(
            201, 202, 203, 204, 205, 206, 207, 226, 299, 300, 301, 302, 303, 304, 305, 307, 308, 399, 400, 401, 401,
            403, 403, 404, 405, 406, 407, 408, 409, 410, 411, 413, 414, 415, 416, 417, 418, 421, 422, 425, 426, 428,
            429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 507, 511, 599);
    private static final List<String> INTERIM = List.of(
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
            "HTTP/1.1 101 Switching\r\n\r\n",
            "HTTP/1.1 102 Processing\r\n\r\n",
            "HTTP/1.1 199 x\r\n\r\n");
    private static final List<String> HEADERS = List.of(
            "Cache-Control: public, max-age=600",
            "Cache-Control: s-maxage=600",
            "CDN-Cache-Control: max-age=600",
            "Surrogate-Control: max-age=600",
            "Cloudflare-CDN-Cache-Control: max-age=9",
            "Cache-Control: \"",
            "Vary: *",
            "Vary: Accept",
            "Cache-Control: PUBLIC",
            "Cache-Control: max-age=60, Public",
            "Expires: 0",
            "Date: yesterday",
            "ETag: \"x",
            "Age: -1",
            "Retry-After: 0",
            "Retry-After: -1",
            "Retry-After: 99999999999999999999",
            "Retry-After: x",
            "Retry-After: Wed, 21 Oct 2099 07:28:00 GMT",
            "Retry-After: Wed, 99 Foo 0000 99:99:99 GMT",
            "Retry-After: 1e9",
            "Set-Cookie: a=evil; Domain=evil.example",
            "Set-Cookie: _oauth2_proxy=evil; Domain=evil.example",
            "Set-Cookie: _oauth2_proxy=evil; Path=/other",
            "Set-Cookie: _oauth2_proxy=evil; Domain=127.0.0.2",
            "Set-Cookie: _oauth2_proxy=" + "e".repeat(40_000),
            "Set-Cookie: _oauth2_proxy=a\u0080\u009fb; Path=/",
            "Set-Cookie: _oauth2_proxy=; Max-Age=0; Path=/",
            "Set-Cookie: _oauth2_proxy=; Max-Age=0; Path=/",
            "Set-Cookie: _oauth2_proxy=fresh; Path=/",
            "Set-Cookie: =x",
            "Set-Cookie: ;",
            "Set-Cookie: _oauth2_proxy",
            "Set-Cookie: _oauth2_proxy_0=part; Path=/",
            "Set-Cookie: _oauth2_proxy_1=part; Path=/; Max-Age=x",
            "Set-Cookie: _oauth2_proxy_99999999999=x; Path=/",
            "Set-Cookie: _oauth2_proxy_csrf=x; Path=/",
            "Set-Cookie: a=\"b; c\"",
            "Set-Cookie: _oauth2_proxy=old; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "Set-Cookie: _oauth2_proxy=x\ty; Path=/",
            "WWW-Authenticate: Basic realm=\"x\"",
            "WWW-Authenticate: \"",
            "WWW-Authenticate: Bearer error=\"invalid_token\"",
            "Content-Type: text/html",
            "Content-Type: application/json",
            "Content-Type: text/plain; charset=nope",
            "Content-Type: text/plain; charset='",
            "Content-Type: \u00ff",
            "Content-Type: text/event-stream",
            "Content-Type: ",
            "Content-Disposition: attachment; filename=\"a\"",
            "Content-Range: bytes x",
            "Content-Language: \u00ff",
            "Trailer: X",
            "Connection: close",
            "Connection: keep-alive",
            "Keep-Alive: timeout=0",
            "Keep-Alive: timeout=99999999999",
            "Upgrade: h2c",
            "X: \u0000",
            "X: \u0085\u009b",
            "X : y",
            " X: y",
            "X",
            ": y",
            "X: a\rb",
            "X: a\nb",
            "X: " + "y".repeat(9_000),
            "X: a\r\n folded",
            "Link: <x>",
            "Access-Control-Allow-Origin: *",
            "Strict-Transport-Security: max-age=1",
            "Refresh: 0;url=/",
            "X-Request-Id: theirs",
            "Server: \u001b[31m",
            "Proxy-Authenticate: x",
            "Alt-Svc: h3=\":1\"",
            "Clear-Site-Data: \"*\"");
    private static final List<String> PAGES = List.of(
            "<form method=GET action=/oauth2/start><input type=submit></form>",
            "<form action='/oauth2/sign_in' method=post>",
            "<form method=post action=/login><input name=u><input type=password name=p></form>",
            "<html>not closed",
            "password",
            "<form id=f></form>" + "<input form=f>".repeat(300),
            "<table>".repeat(400),
            "<!--" + "x".repeat(3000),
            "<script>password</script>",
            "<input type=password>".repeat(50),
            "<base href='http://evil.example/'><form action=x><input type=password>",
            "<svg><title>a",
            "<meta http-equiv=refresh content='0;url=/oauth2/start'>",
            "<div>".repeat(2000));
    private static final List<String> TEXTS = List.of(
            "",
            "{}",
            "[]",
            "null",
            "{\"a\":",
            "{\"a\":1}",
            "\u00ef\u00bb\u00bf{}",
            "[".repeat(3000),
            "plain",
            "\u0000",
            "\u00ff\u00fe",
            "\"" + "x".repeat(5000) + "\"",
            "{\"a\":\"\\ud800\"}",
            "1e99999",
            "x".repeat(70_000));
    private static final int HEAVY = 500_000;
    private static final byte[] BOMB = gzip(new byte[20 << 20]);

    private final Dice dice;
    private final String user;
    private final String foreign;

    /**
     * @param user whose data it is
     * @param foreign the origin of a server that must not be called
     */
    ResponseGrammar(Dice dice, String user, String foreign) {
        this.dice = dice;
        this.user = user;
        this.foreign = foreign;
    }

    Reply reply() {
        if (dice.perMille(2)) {
            return Reply.of(200, "Content-Type: text/html\r\n", heavyPage(dice));
        }
        var bytes = new ByteArrayOutputStream();
        if (dice.percent(5)) {
            bytes.writeBytes(dice.of(INTERIM).repeat(dice.of(1, 1, 2, 300)).getBytes(ISO_8859_1));
        }
        var body = body();
        var lines = new ArrayList<String>();
        lines.add(statusLine());
        for (int i = dice.percent(30) ? 0 : dice.between(1, 5); i > 0; i--) {
            lines.add(dice.percent(90) ? dice.of(HEADERS) : "Location: " + location());
        }
        if (dice.percent(12)) {
            body = coded(lines, body);
        }
        var framed = framed(lines, body);
        bytes.writeBytes((String.join("\r\n", lines) + "\r\n\r\n").getBytes(ISO_8859_1));
        bytes.writeBytes(framed);
        var whole = dice.percent(35) ? ByteMutator.mutated(bytes.toByteArray(), dice) : bytes.toByteArray();
        return ended(dice.percent(12) ? Arrays.copyOf(whole, dice.below(whole.length + 1)) : whole);
    }

    /** Returns half a megabyte that is expensive for a careless reader. */
    static String heavyPage(Dice dice) {
        var page = dice.of(HostilePage.values());
        return dice.percent(50) ? page.htmlWithLogin(HEAVY) : page.html(HEAVY);
    }

    private Reply ended(byte[] bytes) {
        var end = dice.percent(50) ? Reply.End.KEEP : Reply.End.CLOSE;
        end = dice.percent(4) ? Reply.End.RESET : end;
        end = dice.perMille(3) ? Reply.End.STALL : end;
        if (dice.percent(90)) {
            return Reply.of(bytes, end == Reply.End.KEEP ? Reply.End.CLOSE : end);
        }
        int pieces = dice.between(2, 10);
        var cut = new ArrayList<byte[]>();
        for (int i = 0; i < pieces; i++) {
            cut.add(Arrays.copyOfRange(bytes, bytes.length * i / pieces, bytes.length * (i + 1) / pieces));
        }
        return new Reply(cut, dice.between(0, 5), end == Reply.End.KEEP ? Reply.End.CLOSE : end);
    }

    private String statusLine() {
        if (dice.percent(6)) {
            return dice.of(STATUS_LINES);
        }
        return "HTTP/1." + (dice.percent(95) ? 1 : 0) + " " + (dice.percent(50) ? 200 : dice.of(STATUSES)) + " Status";
    }

    private String location() {
        return dice.of(
                foreign + "/x",
                "//" + foreign.substring("http://".length()) + "/",
                "/oauth2/start?rd=/",
                "/oauth2/sign_in",
                "/seg/x",
                "",
                ":",
                "http://",
                "\\\\" + foreign,
                "https://127.0.0.1:1/",
                "javascript:x",
                "http://u:p@" + foreign.substring(7),
                "%zz",
                "?",
                "http://[::1",
                "x".repeat(5000),
                "\u00ff\u0085");
    }

    private byte[] body() {
        var text = dice.percent(50)
                ? "{\"user\":\"" + Secrets.canary(user) + "\"}"
                : dice.percent(40) ? dice.of(PAGES) : dice.of(TEXTS);
        return (dice.percent(20) ? ByteMutator.mutated(text + " ", dice) : text).getBytes(ISO_8859_1);
    }

    private byte[] coded(List<String> lines, byte[] body) {
        lines.add("Content-Encoding: "
                + dice.of("gzip", "gzip", "x-gzip", "deflate", "br", "gzip, gzip", "identity", "nonsense", ""));
        var coded = dice.percent(90) ? gzip(body) : dice.percent(50) ? body : BOMB;
        return dice.percent(30) ? ByteMutator.mutated(coded, dice) : coded;
    }

    private static byte[] gzip(byte[] bytes) {
        var coded = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(coded)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return coded.toByteArray();
    }

    private byte[] framed(List<String> lines, byte[] body) {
        switch (dice.below(10)) {
            case 0, 1, 2 -> {
                lines.add("Transfer-Encoding: "
                        + (dice.percent(90)
                                ? "chunked"
                                : dice.of("gzip, chunked", "identity", "x", "chunked, chunked")));
                return chunked(body);
            }
            case 3 ->
                lines.add("Content-Length: "
                        + dice.of("-1", "x", "99999999999999999999", "+3", "3, 3", "", "0x3", "9999999"));
            case 4 -> lines.add("Content-Length: " + dice.below(body.length + 20));
            case 5 -> {
                // The end of the connection is the end of the body.
            }
            case 6 -> {
                lines.add("Content-Length: " + body.length);
                lines.add(dice.of("Content-Length: 1", "Transfer-Encoding: chunked", "Content-Length: " + body.length));
            }
            default -> lines.add("Content-Length: " + body.length);
        }
        return body;
    }

    private byte[] chunked(byte[] body) {
        var framed = new ByteArrayOutputStream();
        for (int at = 0; at < body.length; ) {
            int end = Math.min(body.length, at + dice.between(1, 3000));
            var extension = dice.percent(85) ? "" : dice.of(";a=b", ";" + "x".repeat(3000), ";\u0000", " ", ";a=\"");
            framed.writeBytes((Integer.toHexString(end - at) + extension + "\r\n").getBytes(ISO_8859_1));
            framed.write(body, at, end - at);
            framed.writeBytes("\r\n".getBytes(ISO_8859_1));
            at = end;
        }
        var trailer = dice.percent(85)
                ? ""
                : dice.of("X: y\r\n", "Set-Cookie: a=evil\r\n", "X: " + "y".repeat(9000) + "\r\n", "\u0000\r\n");
        framed.writeBytes(
                (dice.of("0", "0", "0", "0", "00", "-1", "zz", "") + "\r\n" + trailer + "\r\n").getBytes(ISO_8859_1));
        return framed.toByteArray();
    }
}

package io.apikit.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Makes HTTP/1.1 requests to a {@link FuzzedService}: each part of them correct, odd or hostile. */
final class RequestGrammar {
    private static final List<String> MODES = List.of("none", "basic", "service", "bearer", "token", "client", "proxy");
    private static final List<String> METHODS = List.of(
            "GET",
            "GET",
            "GET",
            "POST",
            "POST",
            "PUT",
            "PATCH",
            "DELETE",
            "HEAD",
            "OPTIONS",
            "TRACE",
            "CONNECT",
            "get",
            "PROPFIND",
            "G E T",
            "",
            "GET\t",
            "P\u0000ST",
            "X".repeat(300));
    private static final List<String> ROUTES = List.of(
            "/whoami",
            "/seg/",
            "/two/",
            "/tail/",
            "/query?",
            "/header",
            "/cookies",
            "/stream/",
            "/json",
            "/form",
            "/upload",
            "/text",
            "/bytes");
    private static final List<String> OWN_ROUTES = List.of(
            "/",
            "/metadata",
            "/metadata.json",
            "/v1.0/metadata/",
            "/health/live",
            "/health/ready",
            "/metrics",
            "/fuzzed",
            "*",
            "http://fuzzed/metadata",
            "https://other.example/metadata",
            "//metadata",
            "/no/such",
            "/none",
            "metadata",
            "/metrics/",
            "/;a=b/metadata",
            "?",
            "#",
            "/a#b",
            "fuzzed:80",
            "/%u0041/x",
            "/%",
            "/%zz",
            "/%00",
            "/\u00ff");
    private static final List<String> SEGMENTS = List.of(
            "a",
            "a%2Fb",
            "..",
            ".",
            "%2e%2e",
            "..%2f..%2fadmin",
            "..;",
            "..;/x",
            "%252e%252e%252f",
            "..%255c",
            "a;b=c",
            "",
            "%00",
            "%0d%0aX:1",
            "\u00e9",
            "%c3%a9",
            "%c0%ae",
            "%u0041",
            "{}",
            "{a}",
            "%7b%7d",
            "%",
            "%2",
            "%zz",
            "missing",
            "a b",
            "a+b",
            "+",
            "*",
            "~",
            "\\",
            "%5c",
            "a\\..\\b",
            "%2525252525252e",
            "'",
            "\"",
            "<script>",
            "%e2%80%ae",
            "%25".repeat(200),
            "x".repeat(1000),
            "x".repeat(9000),
            "//host",
            "@host",
            "a:b",
            "%ff%fe",
            "%ed%a0%80");
    private static final List<String> TYPES = List.of(
            "application/json",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=b",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"b",
            "text/plain; charset=nope",
            "text/plain; charset=\"utf-8\"",
            "application/json; charset=x-unknown",
            "text/plain; charset='utf-8'",
            "text/plain; charset=",
            "text/plain; charset=utf-8; charset=latin1",
            "a/b/c",
            "",
            ";",
            "text",
            "\u00ff/\u00ff",
            "application/x-www-form-urlencoded; charset=nope",
            "application/json; charset=UTF-32",
            "multipart/mixed; boundary=b",
            "text/plain; charset=\"");
    private static final List<String> BODIES = List.of(
            "",
            "{}",
            "{\"a\":1}",
            "[",
            "nonsense",
            "{\"a\":",
            "null",
            "[1,2]",
            "\"text\"",
            "{\"a\":\"\\ud800\"}",
            "a=b&c=d",
            "a=%zz",
            "a=%",
            "&&&",
            "=",
            "%00=%00",
            "a=%ff%fe",
            "a=%u0041",
            "a=1".repeat(500),
            "\u0000\u0001\u00ff",
            "[".repeat(5000),
            "{\"a\":" + "1".repeat(3000) + "}",
            "1e999999999",
            "{\"a\":NaN}",
            "x".repeat(20_000),
            "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\nhello\r\n--b--\r\n",
            "--b\r\nContent-Disposition: form-data\r\n\r\nhello\r\n--b--\r\n",
            "--b\r\n",
            "--b--",
            "--b\r\n\r\n\r\n--b",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain; charset=nope\r\n\r\nx\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../../x\"\r\n\r\nx\r\n--b--\r\n",
            "--b\r\nContent-Disposition: form-data; name=\"f\"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!\r\n--b--",
            "--b\r\nX: " + "y".repeat(9000) + "\r\n\r\nx\r\n--b--");
    private static final List<String> HEADERS = List.of(
            "Accept: application/problem+json",
            "Accept: text/html;q=x,*/*",
            "Accept: \u00ff",
            "Accept-Encoding: gzip",
            "Accept-Encoding: br;q=2, *;q=0",
            "Expect: 100-continue",
            "Expect: nonsense",
            "Range: bytes=0-1",
            "Range: bytes=9-1",
            "If-None-Match: \"x\"",
            "If-Modified-Since: yesterday",
            "Connection: close",
            "Connection: keep-alive, Authorization",
            "Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
            "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x",
            "Content-Encoding: gzip",
            "Content-Encoding: nonsense",
            "X-Request-Id: a b",
            "X-Request-Id: \u001b[31m",
            "X-Request-Id: " + "x".repeat(300),
            "X-Request-Deadline: 5",
            "X-Request-Deadline: -1",
            "X-Request-Deadline: x",
            "X-Request-Deadline: 1e308",
            "X-Request-Deadline: NaN",
            "traceparent: 00-x",
            "tracestate: \u00ff",
            "X-Forwarded-For: 1.2.3.4",
            "X-Forwarded-For: ,,;[",
            "Forwarded: for=\"",
            "X-Forwarded-Host: evil",
            "X-Forwarded-User: honest0001",
            "X_Forwarded_User: x",
            "X-Forwarded-Access-Token: s3cr3t-lost",
            "Origin: https://evil.example",
            "Origin: null",
            "Sec-Fetch-Site: cross-site",
            "Origin: \u00e9\r\nOrigin: b",
            "Access-Control-Request-Method: GET",
            "X-From-Caller: \u0080\u009f",
            "X-From-Caller: \u00e2\u0080\u00ae",
            "X-From-Caller: a\tb",
            "X-From-Caller: ",
            "X-From-Caller: {}",
            "X-From-Caller: a\r\n b",
            "X : y",
            " X: y",
            "X",
            ": y",
            "X-\u0000: y",
            "X-Long: " + "y".repeat(7000),
            "X-Longer: " + "y".repeat(20_000),
            "Cookie: a=b; c",
            "Cookie: =; ;;",
            "Cookie: a=\"b\\\"; $Version=1",
            "Cookie: \u0080=\u0081",
            "Cookie: _oauth2_proxy=s3cr3t-mine",
            "Cookie: a=b\r\nCookie: c=d",
            "Cookie: " + "a=b; ".repeat(800),
            "Priority: u=9",
            "TE: trailers",
            "Max-Forwards: x",
            "Keep-Alive: timeout=x",
            "Host: second",
            "Prefer: wait=x",
            "Via: 1.1 x",
            "Date: x",
            "Referer: //",
            "User-Agent: ");
    private static final List<String> HOSTS = List.of(
            "fuzzed",
            "fuzzed",
            "fuzzed",
            "fuzzed",
            "127.0.0.1:80",
            "",
            "a b",
            "evil:99999",
            "[::1",
            "[::1]:x",
            "h/x",
            "h@x",
            "Basic czNjcjN0LWxvc3Q=",
            "u:s3cr3t-lost@h",
            "\u00ff",
            "x".repeat(300),
            "h:",
            ":80",
            "h:-1",
            "h,h",
            "h\u0000");
    private static final List<String> VERSIONS = List.of(
            "HTTP/1.1",
            "HTTP/1.1",
            "HTTP/1.1",
            "HTTP/1.1",
            "HTTP/1.0",
            "HTTP/2.0",
            "HTTP/0.9",
            "HTTP/1.2",
            "http/1.1",
            "HTTP/11",
            "HTTP/1.",
            "",
            "HTTP/1.1 x");
    private static final List<String> SCHEMES = List.of(
            "Basic",
            "basic",
            "Bearer",
            "Digest",
            "Negotiate",
            "Basic Basic",
            "",
            "Bearer:",
            "\u00ff",
            "Basic,",
            "NTLM");
    private static final List<String> PAIRS = List.of(
            ":",
            "a",
            "",
            "a:\u0000",
            "a\r\nX: y:b",
            "\u00e9:\u00ff",
            "a:b:c",
            "a".repeat(3000) + ":b",
            ":b",
            "a:",
            " : ");

    private final Dice dice;
    private final String user;

    /** @param user whose requests these are */
    RequestGrammar(Dice dice, String user) {
        this.dice = dice;
        this.user = user;
    }

    /** Returns a request. Most parts of most requests are correct. */
    String request() {
        var mode = dice.of(MODES);
        var target = target(mode);
        var lines = new ArrayList<String>();
        if (!dice.perMille(20)) {
            lines.add("Host: " + (dice.percent(75) ? "fuzzed" : dice.of(HOSTS)));
        }
        if (dice.percent(85)) {
            lines.add("Authorization: " + authorization(mode));
        }
        for (int i = dice.percent(50) ? 0 : dice.between(1, 4); i > 0; i--) {
            lines.add(dice.of(HEADERS));
        }
        var method = method(target);
        var body = method.equals("GET") && dice.percent(90) ? "" : framed(lines);
        var version = dice.percent(80) ? "HTTP/1.1" : dice.of(VERSIONS);
        return method + " " + target + " " + version + "\r\n" + String.join("\r\n", lines) + "\r\n\r\n" + body;
    }

    private String method(String target) {
        if (dice.percent(25)) {
            return dice.of(METHODS);
        }
        if (target.contains("/bytes")) {
            return "PUT";
        }
        return List.of("/json", "/form", "/upload", "/text").stream().anyMatch(target::contains) ? "POST" : "GET";
    }

    private String target(String mode) {
        if (dice.percent(12)) {
            return dice.of(OWN_ROUTES);
        }
        var route = dice.of(ROUTES);
        var target = (dice.percent(90) ? "/" : "/fuzzed/") + mode + route;
        if (route.endsWith("/")) {
            target += segment();
            target += route.equals("/two/") ? "/x/" + segment() : "";
            target += route.equals("/tail/") && dice.percent(50) ? "/" + segment() : "";
        }
        if (route.endsWith("?")) {
            target += dice.of("a=", "b=c&a=", "=", "&&", "a[]=", "%00=", "a=b=c=") + segment();
        } else if (dice.percent(15)) {
            target += "?x=" + segment();
        }
        return target;
    }

    private String segment() {
        return dice.percent(40) ? dice.word(dice.between(1, 12)) : dice.of(SEGMENTS);
    }

    private String authorization(String mode) {
        if (dice.percent(70)) {
            return mode.equals("bearer") ? "Bearer " + Secrets.token("br", user) : Secrets.basic(user);
        }
        return switch (dice.below(6)) {
            case 0 -> Secrets.basic(user, "s3cr3t-wrong" + dice.word(3));
            case 1 -> dice.of(SCHEMES) + " " + Secrets.basic(user).substring(6);
            case 2 ->
                "Basic " + Base64.getEncoder().encodeToString(dice.of(PAIRS).getBytes(UTF_8));
            case 3 ->
                dice.of(SCHEMES) + " " + dice.of("", "\u00ff", "===", "a b", "s3cr3t-x y", "x".repeat(5000), "%00");
            case 4 -> Secrets.basic(user) + "\r\nAuthorization: " + Secrets.basic(user, "s3cr3t-twice");
            default -> "Bearer " + ByteMutator.mutated("s3cr3t-" + dice.word(20), dice);
        };
    }

    /** Adds the header lines of a framing, which may lie, and returns the body in it. */
    private String framed(List<String> lines) {
        if (dice.percent(90)) {
            lines.add("Content-Type: " + dice.of(TYPES));
        }
        var body = dice.of(BODIES);
        switch (dice.below(12)) {
            case 0, 1, 2 -> {
                lines.add("Transfer-Encoding: chunked");
                return chunked(body);
            }
            case 3 ->
                lines.add(
                        "Content-Length: " + dice.of("-1", "x", "1e3", "99999999999999999999", "+5", "5 5", "0x5", ""));
            case 4 -> {
                lines.add("Content-Length: " + dice.below(50));
                lines.add("Transfer-Encoding: "
                        + dice.of("chunked", "gzip, chunked", "identity", "chunked, chunked", "\tchunked"));
                return chunked(body);
            }
            case 5 -> {
                lines.add("Content-Length: " + body.length());
                lines.add("Content-Length: " + dice.of(body.length(), body.length() + 1, 0));
            }
            case 6 -> lines.add("Content-Length: " + dice.below(body.length() + 10));
            case 7 -> lines.add("Content-Length: " + dice.of("2000000", "99999999999", "1048577"));
            default -> lines.add("Content-Length: " + body.length());
        }
        return body;
    }

    private String chunked(String body) {
        var framed = new StringBuilder();
        for (int at = 0; at < body.length(); ) {
            int end = Math.min(body.length(), at + dice.between(1, 4000));
            var extension =
                    dice.percent(80) ? "" : dice.of(";a=b", ";", ";a=\"", ";" + "x".repeat(500), " ;a", ";\u0000");
            framed.append(Integer.toHexString(end - at)).append(extension).append("\r\n");
            framed.append(body, at, end).append(dice.percent(98) ? "\r\n" : "");
            at = end;
        }
        framed.append(
                dice.percent(95)
                        ? "0\r\n"
                        : dice.of("00000\r\n", "-0\r\n", "0;x\r\n", "zz\r\n", "7fffffffffffffff\r\n"));
        return framed.append(
                        dice.percent(85) ? "\r\n" : dice.of("Trailer: x\r\n\r\n", "Host: x\r\n\r\n", "X\r\n\r\n", ""))
                .toString();
    }
}

package io.apikit.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Makes HTTP/1.1 requests to a {@link FuzzedService}: each part of them correct, odd or hostile. */
final class RequestGrammar {
    private final Dice dice;
    private final String user;

    /** @param user whose requests these are */
    RequestGrammar(Dice dice, String user) {
        this.dice = dice;
        this.user = user;
    }

    /** Returns a request. Most parts of most requests are correct. */
    String request() {
        var mode = dice.of(RequestParts.MODES);
        var target = target(mode);
        var lines = new ArrayList<String>();
        if (!dice.perMille(20)) {
            lines.add("Host: " + (dice.percent(75) ? "fuzzed" : dice.of(RequestParts.HOSTS)));
        }
        if (dice.percent(85)) {
            lines.add("Authorization: " + authorization(mode));
        }
        for (int i = dice.percent(50) ? 0 : dice.between(1, 4); i > 0; i--) {
            lines.add(dice.of(RequestParts.HEADERS));
        }
        var method = method(target);
        var body = method.equals("GET") && dice.percent(90) ? "" : framed(lines);
        var version = dice.percent(80) ? "HTTP/1.1" : dice.of(RequestParts.VERSIONS);
        return method + " " + target + " " + version + "\r\n" + String.join("\r\n", lines) + "\r\n\r\n" + body;
    }

    private String method(String target) {
        if (dice.percent(25)) {
            return dice.of(RequestParts.METHODS);
        }
        if (target.contains("/bytes")) {
            return "PUT";
        }
        return List.of("/json", "/form", "/upload", "/text").stream().anyMatch(target::contains) ? "POST" : "GET";
    }

    private String target(String mode) {
        if (dice.percent(12)) {
            return dice.of(RequestParts.OWN_ROUTES);
        }
        var route = dice.of(RequestParts.ROUTES);
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
        return dice.percent(40) ? dice.word(dice.between(1, 12)) : dice.of(RequestParts.SEGMENTS);
    }

    private String authorization(String mode) {
        if (dice.percent(70)) {
            return mode.equals("bearer") ? "Bearer " + Secrets.token("br", user) : Secrets.basic(user);
        }
        return switch (dice.below(6)) {
            case 0 -> Secrets.basic(user, "s3cr3t-wrong" + dice.word(3));
            case 1 -> dice.of(RequestParts.SCHEMES) + " " + Secrets.basic(user).substring(6);
            case 2 ->
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString(dice.of(RequestParts.PAIRS).getBytes(UTF_8));
            case 3 ->
                dice.of(RequestParts.SCHEMES) + " "
                        + dice.of("", "\u00ff", "===", "a b", "s3cr3t-x y", "x".repeat(5000), "%00");
            case 4 -> Secrets.basic(user) + "\r\nAuthorization: " + Secrets.basic(user, "s3cr3t-twice");
            default -> "Bearer " + ByteMutator.mutated("s3cr3t-" + dice.word(20), dice);
        };
    }

    /** Adds the header lines of a framing, which may lie, and returns the body in it. */
    private String framed(List<String> lines) {
        if (dice.percent(90)) {
            lines.add("Content-Type: " + dice.of(RequestParts.TYPES));
        }
        var body = dice.of(RequestParts.BODIES);
        switch (dice.below(11)) {
            case 0, 1, 2 -> {
                lines.add("Transfer-Encoding: chunked");
                return chunked(body);
            }
            case 3 -> lines.add("Content-Length: " + dice.of(RequestParts.LENGTHS));
            case 4 -> {
                lines.add("Content-Length: " + dice.below(50));
                lines.add("Transfer-Encoding: " + dice.of(RequestParts.CODINGS));
                return chunked(body);
            }
            case 5 -> {
                lines.add("Content-Length: " + body.length());
                lines.add("Content-Length: " + dice.of(body.length(), body.length() + 1, 0));
            }
            case 6 -> lines.add("Content-Length: " + dice.below(body.length() + 10));
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

package io.apikit.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;

/** Makes what hostile login servers send: pages, redirects, tokens and cookies. */
final class LoginGrammar {
    private static final List<String> TOKENS = List.of(
            "\"\"",
            "null",
            "123",
            "true",
            "[]",
            "{}",
            "\"a\\r\\nb\"",
            "\"\u00c3\u00a9\"",
            "\"\\u0000\"",
            "\" \"",
            "\"a b\"",
            "\"a,b\"",
            "\"" + "t".repeat(100_000) + "\"",
            "\"eyJhbGciOiJub25lIn0.eyJleHAiOjF9.\"",
            "\"eyJhbGciOiJub25lIn0.eyJleHAiOiJ4In0.\"",
            "\"eyJhbGciOiJub25lIn0.e30.\"",
            "\"eyJ.eyJ.\"",
            "\"a.b.c\"",
            "\"\\ud800\"",
            "\"{token}\"",
            "\"%0d%0a\"",
            "\"s3cr3t-odd\"");
    private static final List<String> LIVES = List.of(
            "0",
            "-1",
            "1",
            "\"60\"",
            "\"x\"",
            "1e400",
            "99999999999999999999",
            "null",
            "0.5",
            "[]",
            "{}",
            "9223372036854775807",
            "true");
    private static final List<String> OTHERS = List.of(
            "[]",
            "null",
            "",
            "{",
            "\"x\"",
            "[".repeat(20_000),
            "{\"a\":{}}",
            "<html>",
            "token=x",
            "\u00ef\u00bb\u00bf{}",
            "{\"error\":\"x\"}");
    private static final List<String> COOKIES = List.of(
            "_oauth2_proxy=; Path=/",
            "_oauth2_proxy=x; Domain=evil.example",
            "_oauth2_proxy=x; Path=/other",
            "_oauth2_proxy=x; Max-Age=0",
            "_oauth2_proxy=\u0080\u009f; Path=/",
            "_oauth2_proxy_0=a; Path=/",
            "_oauth2_proxy_1=a; Path=/",
            "_oauth2_proxy_csrf=x; Path=/",
            "_oauth2_proxy=" + "c".repeat(40_000) + "; Path=/",
            "_oauth2_proxy=x; Max-Age=99999999999999999999",
            "=x",
            "",
            ";;;",
            "_oauth2_proxy=x; Expires=Thu, 99 Foo 2099 00:00:00 GMT",
            "_oauth2_proxy=\"q\"; Path=/",
            "_oauth2_proxy=x; SameSite=x; Secure",
            "_oauth2_proxy=x; Max-Age=-1",
            "_oauth2_proxy=a\tb; Path=/");
    private static final List<String> PAGES = List.of(
            "<form method=post action='%s/login'><input name=username><input type=password name=password></form>",
            "<form method=post action='/login'><input name=username><input type=password name=password></form>"
                    .repeat(2),
            "<form method=post><input type=password name=a><input type=password name=b></form>",
            "<form method=get action='/login'><input name=username><input type=password name=password></form>",
            "<form method=post action='/login'><input name=username></form>",
            "<form method=post action='javascript:x'><input name=username><input type=password name=password></form>",
            "<form method=post action='/login' enctype='multipart/form-data'><input name=username><input type=password name=password></form>",
            "<form method=post action='/login' accept-charset=nope><input name=username><input type=password name=password></form>",
            "<form method=dialog action='/login'><input name=u><input type=password name=p><button formaction='%s/x'></form>",
            "<form method=post action='/login'><input name=otp><input type=text autocomplete=one-time-code></form>",
            "<form method=post action='/login'><button name=approve value=yes>Approve</button></form>",
            "<base href='%s/'><form method=post action='login'><input name=username><input type=password name=password></form>",
            "<meta http-equiv=refresh content='0;url=%s/x'>",
            "<meta http-equiv=refresh content='0;url=/auth'>",
            "<title>\u001b[31m</title>",
            "<form id=f method=post action='/login'></form><input form=f name=username><input form=f type=password name=password>",
            "<form method=post action='/login'><input type=hidden name=code value=x><input type=hidden name=state value=y></form>",
            "<form method=post action='%s/callback'><input type=hidden name=SAMLResponse value=x></form><script>document.forms[0].submit()",
            "<form method=post action='/login'><select name=username><option value=x></select><input type=password name=password>",
            "<frameset><frame src='/login'>",
            "<title>" + "t".repeat(100_000),
            "<!DOCTYPE html><html><body>nothing",
            "",
            "\u0000",
            "<");

    private final Dice dice;
    private final String foreign;

    LoginGrammar(Dice dice, String foreign) {
        this.dice = dice;
        this.foreign = foreign;
    }

    /** Returns what comes in place of the honest reply. */
    Reply instead(HonestBackend.Step step, Reply honest, String user) {
        if (dice.percent(40)) {
            return mutated(honest.text());
        }
        if (dice.percent(20)) {
            return new ResponseGrammar(dice, user, foreign).reply();
        }
        return switch (step) {
            case TOKEN_LOGIN, CLIENT_CREDENTIALS ->
                Reply.json(dice.of(200, 200, 200, 201, 204, 400, 401, 403, 429, 500, 503), token());
            case START, SIGN_IN, CALLBACK -> dice.percent(60) ? redirect() : page();
            case PAGE -> dice.percent(70) ? page() : redirect();
            case AUTH -> Reply.of(dice.of(200, 202, 204, 302, 401, 403, 404, 500, 503), cookie(), "");
            case DATA -> honest;
        };
    }

    private Reply mutated(String honest) {
        int end = honest.indexOf("\r\n\r\n");
        var head = honest.substring(0, end);
        var body = honest.substring(end + 4);
        switch (dice.below(4)) {
            case 0 -> head = ByteMutator.mutated(head, dice);
            case 1 -> {
                body = ByteMutator.mutated(body + " ", dice);
                head = head.replaceFirst("Content-Length: [0-9]+", "Content-Length: " + body.length());
            }
            default -> {
                var all = ByteMutator.mutated(honest, dice);
                return Reply.of(all.getBytes(ISO_8859_1), end());
            }
        }
        return Reply.of((head + "\r\n\r\n" + body).getBytes(ISO_8859_1), end());
    }

    private Reply.End end() {
        return dice.perMille(4) ? Reply.End.STALL : dice.percent(5) ? Reply.End.RESET : Reply.End.CLOSE;
    }

    private String token() {
        if (dice.percent(20)) {
            return dice.of(OTHERS);
        }
        var name = dice.of("token", "access_token", "token", "access_token", "tokens", "");
        var more = dice.percent(60)
                ? ",\"expires_in\":" + dice.of(LIVES)
                : ",\"token_type\":" + dice.of("\"mac\"", "null", "\"a\\nb\"", "7");
        return "{\"" + name + "\":" + dice.of(TOKENS) + more + (dice.percent(10) ? ",".repeat(3) : "") + "}";
    }

    private String cookie() {
        return dice.percent(50) ? "" : "Set-Cookie: " + dice.of(COOKIES) + "\r\n";
    }

    private Reply redirect() {
        return Reply.of(
                dice.of(302, 302, 303, 301, 307, 308, 300, 304),
                "Location: " + location() + "\r\n" + cookie() + cookie(),
                "");
    }

    private String location() {
        return dice.of(
                foreign + "/login",
                "//" + foreign.substring(7) + "/x",
                "/oauth2/start?rd=/",
                "/oauth2/callback?code=x&state=y",
                "/auth",
                "/login",
                "",
                ":",
                "http://",
                "https://127.0.0.1:1/x",
                "http://u:p@" + foreign.substring(7) + "/",
                "javascript:x",
                "\\\\x",
                "%zz",
                "x".repeat(9000),
                "http://[::1",
                "http://0x7f.1/",
                "/oauth2/sign_in",
                "data:text/html,x",
                "\u00e9",
                "?x=" + "y".repeat(3000));
    }

    private Reply page() {
        var headers = "Content-Type: "
                + dice.of(
                        "text/html",
                        "text/html; charset=nope",
                        "text/plain",
                        "application/xhtml+xml",
                        "text/html; charset=utf-7")
                + "\r\n" + cookie();
        var body = dice.perMille(15)
                ? ResponseGrammar.heavyPage(dice)
                : dice.of(PAGES).replace("%s", foreign);
        body = dice.percent(25) ? ByteMutator.mutated(body + " ", dice) : body;
        return Reply.of(dice.of(200, 200, 200, 401, 403, 400, 500), headers, body);
    }
}

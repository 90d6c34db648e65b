package io.apikit.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A backend behind logins of every mode, with an oauth2-proxy and an identity provider of its own. It returns each user's
 * own data. Below {@code /open} it knows no users, below {@code /keyed} it wants a password or a token, and below {@code
 * /proxied} a session of the proxy. Each reply can be replaced.
 */
final class HonestBackend implements AutoCloseable {
    static final String PUBLIC = "anonymous";

    /** The steps at which a reply is made. */
    enum Step {
        TOKEN_LOGIN,
        CLIENT_CREDENTIALS,
        START,
        PAGE,
        SIGN_IN,
        CALLBACK,
        AUTH,
        DATA
    }

    /** Replaces replies. */
    interface Alteration {
        Alteration NONE = (step, request, user, honest) -> honest;

        Reply alter(Step step, RawServer.Request request, String user, Reply honest);
    }

    private static final Pattern OWNER = Pattern.compile("s3cr3t-(?:tok|at|ck|br)-(\\w+)");
    private static final Pattern SESSION = Pattern.compile("_oauth2_proxy=s3cr3t-ck-(\\w+)");
    private static final String HTML = "Content-Type: text/html\r\n";

    /** What servers take at least: a head with all cookies of a session. */
    private static final int MOST_HEAD = 24 * 1024;

    private static final String LOGIN_PAGE = "<html><title>Log in</title><body>"
            + "<form method='post' action='/login?state=fuzz'><input name='username'>"
            + "<input type='password' name='password'><input type='submit'></form></body>";
    private static final String STREAMED = "0123456789abcdef".repeat(64);

    private final Alteration alteration;
    private final RawServer backend = new RawServer(this::reply);
    private final RawServer provider = new RawServer(this::provide);

    HonestBackend(Alteration alteration) {
        this.alteration = alteration;
    }

    String url(String base) {
        return backend.url() + base;
    }

    String origin() {
        return backend.url();
    }

    String providersOrigin() {
        return provider.url();
    }

    int openConnections() {
        return backend.openConnections() + provider.openConnections();
    }

    private Reply reply(RawServer.Request request) {
        return switch (request.path()) {
            case "/keyed/login" -> tokenLogin(request);
            case "/token" -> clientCredentials(request);
            case "/oauth2/start" -> start(request);
            case "/oauth2/callback" -> callback(request);
            case "/oauth2/auth" -> auth(request);
            default -> data(request);
        };
    }

    private Reply tokenLogin(RawServer.Request request) {
        var user = userOfBasic(request);
        var honest = user.isEmpty()
                ? Reply.json(401, "{}")
                : Reply.json(200, "{\"token\":\"" + Secrets.token("tok", user) + "\",\"expires_in\":360000}");
        return alteration.alter(Step.TOKEN_LOGIN, request, user, honest);
    }

    private Reply clientCredentials(RawServer.Request request) {
        var user = field(request.body(), "client_id");
        var isKnown = field(request.body(), "client_secret").equals(Secrets.password(user));
        var honest = isKnown
                ? Reply.json(
                        200,
                        "{\"access_token\":\"" + Secrets.token("at", user)
                                + "\",\"token_type\":\"Bearer\",\"expires_in\":360000}")
                : Reply.json(401, "{\"error\":\"invalid_client\"}");
        return alteration.alter(Step.CLIENT_CREDENTIALS, request, user, honest);
    }

    private Reply start(RawServer.Request request) {
        var honest = Reply.of(
                302,
                "Location: " + provider.url() + "/auth?state=fuzz&redirect_uri=" + backend.url()
                        + "/oauth2/callback\r\n" + "Set-Cookie: _oauth2_proxy_csrf=fuzz; Path=/; HttpOnly\r\n",
                "");
        return alteration.alter(Step.START, request, "", honest);
    }

    private Reply provide(RawServer.Request request) {
        if (request.path().equals("/login")) {
            return signIn(request);
        }
        var honest = Reply.of(200, HTML + "Set-Cookie: idp=fuzz; Path=/\r\n", LOGIN_PAGE);
        return alteration.alter(Step.PAGE, request, "", honest);
    }

    private Reply signIn(RawServer.Request request) {
        var user = field(request.body(), "username");
        var isKnown = field(request.body(), "password").equals(Secrets.password(user));
        var location = backend.url() + "/oauth2/callback?state=fuzz&code=" + Secrets.signed(user);
        var honest = isKnown ? Reply.of(303, "Location: " + location + "\r\n", "") : Reply.of(401, HTML, LOGIN_PAGE);
        return alteration.alter(Step.SIGN_IN, request, user, honest);
    }

    private Reply callback(RawServer.Request request) {
        var user = Secrets.ownerIn(
                field(request.target().substring(request.target().indexOf('?') + 1), "code"));
        if (user.isEmpty()) {
            return Reply.of(403, HTML, "nobody");
        }
        var cookie = "Set-Cookie: _oauth2_proxy=" + Secrets.token("ck", user) + "; Path=/; HttpOnly; Max-Age=36000\r\n";
        var honest = Reply.of(302, "Location: /\r\n" + cookie, "");
        return alteration.alter(Step.CALLBACK, request, user, honest);
    }

    private Reply auth(RawServer.Request request) {
        var user = userOfSession(request);
        return alteration.alter(Step.AUTH, request, user, Reply.of(user.isEmpty() ? 401 : 202, "", ""));
    }

    private Reply data(RawServer.Request request) {
        if (request.head().length() > MOST_HEAD) {
            return Reply.of(431, "", "too long");
        }
        var user = user(request);
        return alteration.alter(Step.DATA, request, user, user.isEmpty() ? refusal(request) : own(request, user));
    }

    private static Reply refusal(RawServer.Request request) {
        if (request.path().startsWith("/proxied")) {
            return Reply.of(403, HTML, "<html><form method='GET' action='/oauth2/start'><input type='submit'></form>");
        }
        return Reply.of(401, "WWW-Authenticate: Basic realm=\"fuzz\"\r\n", "who is it?");
    }

    /** Returns the data of a user, and what was asked, since real backends quote it. */
    private static Reply own(RawServer.Request request, String user) {
        var asked = Secrets.masked(request.target() + " " + request.body(), 2_000)
                .replace("\"", "'")
                .replace("\\", "/");
        if (request.path().contains("/missing")) {
            return Reply.of(404, "Content-Type: text/plain\r\n", "no " + asked + " for " + Secrets.canary(user));
        }
        if (request.path().contains("/streamed")) {
            return chunked(user);
        }
        return Reply.json(200, "{\"user\":\"" + Secrets.canary(user) + "\",\"asked\":\"" + asked + "\"}");
    }

    private static Reply chunked(String user) {
        var chunk = Secrets.canary(user) + STREAMED;
        var text = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
                + (Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n").repeat(8) + "0\r\n\r\n";
        return Reply.of(text.getBytes(ISO_8859_1), Reply.End.KEEP);
    }

    /** Returns who has signed a request; nothing for nobody. */
    private static String user(RawServer.Request request) {
        if (request.path().startsWith("/open")) {
            return PUBLIC;
        }
        if (request.path().startsWith("/proxied")) {
            return userOfSession(request);
        }
        var basic = userOfBasic(request);
        var token = OWNER.matcher(request.header("Authorization") + " " + request.header("X-Token"));
        return basic.isEmpty() && token.find() ? Secrets.ownerIn(token.group(1)) : basic;
    }

    private static String userOfSession(RawServer.Request request) {
        var session = SESSION.matcher(request.header("Cookie"));
        return session.find() ? Secrets.ownerIn(session.group(1)) : "";
    }

    private static String userOfBasic(RawServer.Request request) {
        var header = request.header("Authorization");
        if (!header.startsWith("Basic ")) {
            return "";
        }
        var pair = new String(Base64.getDecoder().decode(header.substring("Basic ".length())), UTF_8);
        var user = pair.substring(0, Math.max(0, pair.indexOf(':')));
        return pair.equals(user + ":" + Secrets.password(user)) ? user : "";
    }

    private static String field(String form, String name) {
        return Arrays.stream(form.split("&", -1))
                .filter(field -> field.startsWith(name + "="))
                .map(field -> URLDecoder.decode(field.substring(name.length() + 1), UTF_8))
                .collect(Collectors.joining());
    }

    @Override
    public void close() {
        backend.close();
        provider.close();
    }
}

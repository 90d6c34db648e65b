package io.apikit.fuzz;

import io.apikit.BackendError;
import io.apikit.auth.Credentials;
import io.apikit.http.BackendRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Responses of every shape, and of none, to calls and to streams of sessions in all modes. */
@Tag("thorough")
class BackendResponseFuzzTest {
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    /** Four times the deadline, for a loaded machine. */
    private static final int MOST_MILLIS = 12_000;

    private static final int USERS = 400;
    private static final List<String> MODES = List.of("none", "basic", "bearer", "token", "proxy", "proxy");
    private static final Pattern KEY = Pattern.compile(".*/(case-[a-z0-9]+)");
    private static final Pattern HEAD =
            Pattern.compile("[^\\r\\n]+\\r\\n([\\w!#$%&'*+.^`|~-]+:[^\\x00-\\x08\\x0a-\\x1f\\x7f]*\\r\\n)*\\r\\n");
    private static final Pattern SHARED = Pattern.compile(
            "\\n(cache-control:([^\\r]*[ ,:])?(public|s-maxage)\\b|[a-z-]*cdn-cache-control:|surrogate-control:)");

    /** What varies by everything varies by this too. */
    private static final Pattern VARYING = Pattern.compile("\\nvary:[^\\r]*(authorization|\\*)");

    /** A response that may mean that the backend has done nothing, so that a POST is sent again. */
    private static final Pattern NOT_DONE =
            Pattern.compile("/oauth2/|sign_in|password|HTTP/1.. +(401|403|30.|421|425)");

    /** What one case gets from the backend, and how often it was asked for. */
    private record Plan(FuzzCase one, Reply reply, AtomicInteger sent) {}

    private final FuzzRun run = new FuzzRun(BackendResponseFuzzTest.class);
    private final Map<String, Plan> plans = new ConcurrentHashMap<>();
    private final WireClients clients = new WireClients(2 * MOST_MILLIS);
    private final RawServer foreign = new RawServer(this::betrayed);

    @Test
    void noResponseBreaksACallAStreamOrAnotherCaller() throws Exception {
        LogWatch.overBackends(run).during(this::runAll);
    }

    private void runAll(Leftovers leftovers) throws Exception {
        try (foreign;
                var backend = new HonestBackend(this::alter);
                var service = new FuzzedService(backend)) {
            run.runBeside(RawRequestFuzzTest::question, service.port(), one -> call(one, service));
            clients.closeAll();
            leftovers.assertIdle(service.app());
            service.stop();
            leftovers.awaitZero("connections to the backend", backend::openConnections);
        }
        leftovers.assertNoThreads();
    }

    private Reply betrayed(RawServer.Request request) {
        run.findings().add("a foreign server was called: " + Secrets.masked(request.head(), 500));
        return Reply.of(200, "", "");
    }

    private Reply alter(HonestBackend.Step step, RawServer.Request request, String user, Reply honest) {
        var cookies = request.header("Cookie");
        if (cookies.contains("evil")) {
            run.findings().add("a foreign cookie was sent to the backend: " + Secrets.masked(cookies, 300));
        }
        var key = KEY.matcher(request.path());
        var plan = key.matches() ? plans.get(key.group(1)) : null;
        if (plan == null || user.isEmpty()) {
            return honest;
        }
        plan.sent().incrementAndGet();
        return plan.reply();
    }

    private void call(FuzzCase one, FuzzedService service) throws IOException {
        var dice = one.dice();
        var user = Secrets.user(dice.of("malry", "trudy"), (int) (one.number() % USERS));
        var mode = dice.of(MODES);
        int way = dice.below(3);
        var reply = new ResponseGrammar(dice, mode.equals("none") ? HonestBackend.PUBLIC : user, foreign.url()).reply();
        var key = "case-" + Long.toString(one.seed(), 36) + "x" + one.number();
        var plan = new Plan(one, reply, new AtomicInteger());
        one.sent(mode + " " + way + " for " + user, reply.end() + " " + reply.text());
        plans.put(key, plan);
        long begin = System.nanoTime();
        try {
            switch (way) {
                case 0 -> direct(plan, service, mode, user, key);
                case 1 -> throughApp(plan, service, "/" + mode + "/seg/" + key, mode, user);
                default -> throughApp(plan, service, "/" + mode + "/stream/" + key, mode, user);
            }
        } finally {
            plans.remove(key);
        }
        checkTime(one, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        // A 401 to the first request of such a session is the backend's refusal of the credentials.
        boolean mayBeRefused =
                Set.of("basic", "bearer").contains(mode) && reply.text().contains(" 401 ");
        if (dice.percent(10) && !mayBeRefused) {
            askAgain(one, service, mode, user);
        }
    }

    private static void checkTime(FuzzCase one, long millis) {
        one.check(millis < MOST_MILLIS, () -> "a call goes on after its deadline\n    " + millis + " ms");
    }

    private void direct(Plan plan, FuzzedService service, String mode, String user, String key) {
        var one = plan.one();
        boolean isPost = one.dice().percent(60);
        var session = service.backend(mode).session(credentials(mode, user));
        var request = isPost
                ? BackendRequest.post("/case/{}", key).json(Map.of("a", 1))
                : BackendRequest.get("/case/{}", key);
        try {
            var response = session.send(request.timeout(DEADLINE));
            one.count("call " + response.status() / 100 + "xx");
            var text = response.orThrow().text();
            one.checkPrivate("a response", text, own(mode, user), plan.reply().text());
            response.json(Map.class);
        } catch (BackendError e) {
            one.count("call error " + e.statusCode());
            one.checkPrivate(
                    "an error",
                    e.content().orElse("") + e.reason(),
                    own(mode, user),
                    plan.reply().text());
        }
        checkSent(plan, isPost);
    }

    private static void checkSent(Plan plan, boolean isPost) {
        var one = plan.one();
        int sent = plan.sent().get();
        boolean mayRepeat = !isPost || NOT_DONE.matcher(plan.reply().text()).find();
        one.check(mayRepeat || sent <= 1, () -> "a POST that may be done was sent " + sent + " times");
        one.check(sent <= 8, () -> "a request was sent " + sent + " times");
    }

    private static Credentials credentials(String mode, String user) {
        return switch (mode) {
            case "none" -> Credentials.none();
            case "bearer" -> Credentials.bearer(Secrets.token("br", user));
            default -> Credentials.password(user, Secrets.password(user));
        };
    }

    private static String own(String mode, String user) {
        return mode.equals("none") ? HonestBackend.PUBLIC : user;
    }

    private void throughApp(Plan plan, FuzzedService service, String path, String mode, String user)
            throws IOException {
        var one = plan.one();
        var response = ask(service, path, mode, user, "X-Request-Deadline: " + DEADLINE.toSeconds() + "\r\n");
        var sentText = plan.reply().text();
        int status = response.status();
        one.count((path.contains("/stream/") ? "stream " : "app ") + status);
        one.check(
                status != 500 || sentText.contains(" 500") || sentText.contains("500 "),
                () -> "a response becomes a 500: " + Secrets.masked(response.body(), 300));
        one.checkPrivate("the response", response.text(), own(mode, user), sentText);
        one.check(
                HEAD.matcher(response.head()).matches(),
                () -> "a head is malformed: " + Secrets.masked(response.head(), 900));
        var head = response.head().toLowerCase(Locale.ROOT);
        one.check(!head.contains("\nset-cookie:"), () -> "a cookie of the backend is passed on");
        if (path.contains("/stream/") && status < 400 && !mode.equals("none")) {
            one.check(
                    !SHARED.matcher(head).find(),
                    () -> "a shared cache may keep a stream\n    " + Secrets.masked(head, 900));
            one.check(VARYING.matcher(head).find(), () -> "a stream does not vary by Authorization");
        }
    }

    /** The session goes on: what one response has done to it does not last. */
    private void askAgain(FuzzCase one, FuzzedService service, String mode, String user) throws IOException {
        var response = ask(service, "/" + mode + "/whoami", mode, user, "");
        one.check(
                response.status() == 200 && response.body().contains(Secrets.canary(own(mode, user))),
                () -> "a session is broken after a response, " + response.status() + ": "
                        + Secrets.masked(response.body(), 300));
    }

    private WireResponse ask(FuzzedService service, String path, String mode, String user, String more)
            throws IOException {
        var authorization = mode.equals("bearer") ? "Bearer " + Secrets.token("br", user) : Secrets.basic(user);
        var headers = "Authorization: " + authorization + "\r\n" + more;
        try {
            return clients.get(service.port(), path, headers);
        } catch (SocketTimeoutException ignored) {
            throw new FuzzCase.Fault("no response to a call");
        } catch (IOException e) {
            throw new FuzzCase.Fault("no response: " + e);
        }
    }
}

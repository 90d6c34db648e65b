package io.apikit.test;

import io.apikit.auth.Authenticator;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * A backend on 127.0.0.1 and a free port that responds as the test says, behind the login that the test has chosen.
 *
 * <pre>{@code
 * backend.get("/temp").answers("21.5");
 * backend.get("/jobs/{id}").answers(request -> ScriptedResponse.json(Map.of("id", request.pathParam("id"))));
 * backend.post("/jobs").failNext(503).answers(201, "", "text/plain");
 * backend.expireLogins();
 * }</pre>
 *
 * <p>Paths begin at the root of the backend's origin. A segment in braces takes any value, and a star at the end all that
 * follows. A query after the path is a condition, as {@link ScriptedRoute#query} is.
 *
 * <p>A request for which nothing is scripted gets a 404 whose text says so, and fails the test. Of requests that the login
 * stops, none reaches the backend. A HEAD of {@code /}, which asks whether the backend is there, gets a 204 and is not
 * recorded.
 *
 * <p>Thread-safe. All of it can be changed while requests are under way.
 */
public final class ScriptedBackend {
    private final Logins logins;
    private final Map<String, String> users = new ConcurrentHashMap<>();
    private final Script script = new Script();
    private final TestTime time = new TestTime();
    private final BackendServer server;
    private boolean isRefusing; // guarded by this

    ScriptedBackend(Logins logins, Map<String, String> users) {
        this.logins = logins;
        this.server = logins.start(this::handle, time);
        users.forEach(this::user);
    }

    private void handle(Context ctx) {
        var request = RecordedRequest.of(ctx, server.user(ctx));
        if (ctx.method().equals(HandlerType.HEAD) && ctx.path().equals("/") && !script.takes(request)) {
            ctx.status(204);
        } else {
            script.respond(request).send(ctx);
        }
    }

    /** Returns the origin, such as {@code http://127.0.0.1:40124}, without a slash at the end. */
    public String url() {
        return server.url();
    }

    /** Returns the address of the token endpoint, the path of the login page or that of the login; empty if there is none. */
    public String loginEndpoint() {
        return server.loginEndpoint();
    }

    /** Returns an auth mode that fits the login, with the defaults of its options. */
    public Authenticator authenticator() {
        return server.authenticator();
    }

    /**
     * Returns the settings of a service of apikit-starter in front of this backend: {@code BACKEND_URL}, {@code AUTH_MODE} and,
     * where the login has one, {@code AUTH_ENDPOINT}. A service that sets its mode in code takes {@link #url} alone.
     */
    public Map<String, String> settings() {
        var settings = new TreeMap<>(Map.of("BACKEND_URL", url(), "AUTH_MODE", logins.toString()));
        if (!loginEndpoint().isEmpty()) {
            settings.put("AUTH_ENDPOINT", loginEndpoint());
        }
        return settings;
    }

    /** Returns the time of the test, which moves forward on demand: {@code Backend.at(url).timing(backend.time())}. */
    public TestTime time() {
        return time;
    }

    /** Adds a user, or changes the password of that user. */
    public synchronized ScriptedBackend user(String name, String password) {
        users.put(name, password);
        if (!isRefusing) {
            server.addUser(name, password);
        }
        return this;
    }

    /** Returns the route of GET requests to this path; the query after it is a condition. */
    public ScriptedRoute get(String path) {
        return route("GET", path);
    }

    /** Returns the route of HEAD requests, as {@link #get} does. */
    public ScriptedRoute head(String path) {
        return route("HEAD", path);
    }

    /** Returns the route of POST requests, as {@link #get} does. */
    public ScriptedRoute post(String path) {
        return route("POST", path);
    }

    /** Returns the route of PUT requests, as {@link #get} does. */
    public ScriptedRoute put(String path) {
        return route("PUT", path);
    }

    /** Returns the route of PATCH requests, as {@link #get} does. */
    public ScriptedRoute patch(String path) {
        return route("PATCH", path);
    }

    /** Returns the route of DELETE requests, as {@link #get} does. */
    public ScriptedRoute delete(String path) {
        return route("DELETE", path);
    }

    private ScriptedRoute route(String method, String path) {
        return new ScriptedRoute(script, RouteKey.of(method, path));
    }

    /** Responds to the next request with this status, whatever is scripted for it. */
    public void failNext(int status) {
        failNext(1, status);
    }

    /** Responds to this number of requests with this status, whatever is scripted for them. */
    public void failNext(int requests, int status) {
        script.changeAll(all -> all.failNext(requests, ScriptedResponse.failure(status)));
    }

    /** Sends each response that much later from now on. Zero ends that. Logins are as fast as before. */
    public void slow(Duration delay) {
        script.changeAll(all -> all.slow(delay));
    }

    /** Refuses all connections from now on, those of logins at the backend too. */
    public void down() {
        server.down();
    }

    /** Accepts connections again, at the same port. */
    public void up() {
        server.up();
    }

    /**
     * Ends all logins that there are: the next request of each session is rejected until it has logged in again.
     *
     * @throws UnsupportedOperationException for a backend without a login
     */
    public void expireLogins() {
        server.expire();
    }

    /** Refuses the passwords of all users from now on, and ends all logins. */
    public synchronized void refuseLogins() {
        isRefusing = true;
        users.keySet().forEach(name -> server.addUser(name, UUID.randomUUID().toString()));
        server.signOff();
        if (logins.canExpire()) {
            server.expire();
        }
    }

    /** Accepts the passwords of all users again. */
    public synchronized void acceptLogins() {
        isRefusing = false;
        users.forEach(server::addUser);
    }

    /**
     * Lets all logins wait from now on, until {@link #releaseLogins} or the end of the test.
     *
     * @throws UnsupportedOperationException for a backend without a login
     */
    public void holdLogins() {
        server.hold();
    }

    /**
     * Waits until this number of logins is held at the same time.
     *
     * @throws IllegalStateException after 10 s
     * @throws UnsupportedOperationException for a backend without a login
     */
    public void awaitHeldLogins(int number) {
        server.awaitHeld(number);
    }

    /** Lets the logins go on that are held, and those that follow. */
    public void releaseLogins() {
        server.release();
    }

    /** Returns the number of logins that succeeded. 0 for a backend without a login. */
    public int logins() {
        return server.logins();
    }

    /** Returns the number of logins of this user that succeeded. */
    public int logins(String user) {
        return server.logins(user);
    }

    /** Returns the number of attempts to log in, whether they succeed, fail, or are held. */
    public int loginAttempts() {
        return server.loginAttempts();
    }

    /** Returns the requests that have reached the backend, in their order. The last 10,000 are kept. */
    public List<RecordedRequest> requests() {
        return script.requests();
    }

    /**
     * Returns the requests of this method to this path, whatever route has taken them.
     *
     * @param path as for {@link #get}
     */
    public List<RecordedRequest> requests(String method, String path) {
        var key = RouteKey.of(method, path);
        return requests().stream()
                .filter(request -> key.match(request).isPresent())
                .toList();
    }

    /** Returns what a scripted function of the test has thrown. */
    Optional<Throwable> broken() {
        return script.broken();
    }

    boolean hasUnscripted() {
        return !script.unscripted().isEmpty();
    }

    /** Returns the requests that nothing was scripted for, and what was scripted. */
    String report() {
        return script.unscripted().stream()
                        .map(request -> "  " + request.line())
                        .distinct()
                        .collect(Collectors.joining(
                                "\n", "the backend got requests that nothing is scripted for:\n", "\n"))
                + script.scripted();
    }

    void close() {
        server.close();
    }

    /** Returns the address and the login. */
    @Override
    public String toString() {
        return "ScriptedBackend[" + url() + ", " + logins + "]";
    }
}

package io.apikit.http.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BreakerPolicy;
import io.apikit.http.FakeTiming;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.internal.resilience.Retries;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which kept connection a request is sent on, in time that the test advances. */
@Timeout(30)
class KeptConnectionsTest {
    private static final Fault OK = Fault.response(200, "text/plain", "ok");
    private static final Fault CLOSING = Fault.raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    private static final BackendRequest GET = BackendRequest.get("/");
    private static final BackendRequest POST = BackendRequest.post("/").json("{}");
    private static final BackendRequest PATCH = BackendRequest.patch("/").json("{}");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration NANO = Duration.ofNanos(1);

    private final FakeTiming idle = new FakeTiming();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    static List<BackendRequest> requestsThatAreSentOnce() {
        var upload = new ByteArrayInputStream(new byte[1]);
        return List.of(
                POST, PATCH, GET.idempotent(false), BackendRequest.put("/").body(upload, "text/plain"));
    }

    @ParameterizedTest
    @MethodSource("requestsThatAreSentOnce")
    void requestThatIsSentOnceGetsNoConnectionIdleForASecond(BackendRequest request) {
        try (var server = FaultyServer.start(OK);
                var transport = open(server)) {
            transport.send(GET);
            idle.pass(SECOND.minus(NANO));
            transport.send(POST);
            assertThat(server.connections()).isOne();

            idle.pass(SECOND);
            transport.send(request);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    static List<BackendRequest> requestsWithoutABody() {
        return List.of(BackendRequest.post("/"), BackendRequest.put("/"), BackendRequest.patch("/"));
    }

    @ParameterizedTest
    @MethodSource("requestsWithoutABody")
    void requestWithoutABodySaysSoOnAKeptConnectionToo(BackendRequest request) {
        try (var server = FaultyServer.start(OK);
                var transport = open(server)) {
            transport.send(GET);
            transport.send(request);

            assertThat(server.connections()).isOne();
            assertThat(server.awaitRequest(2).header("Content-Length")).hasValue("0");
        }
    }

    @Test
    void requestThatCanBeSentAgainGetsAConnectionOfAnyAge() {
        try (var server = FaultyServer.start(OK);
                var transport = open(server)) {
            transport.send(GET);
            for (var request : List.of(GET, BackendRequest.put("/").json("{}"), POST.idempotent(true))) {
                idle.pass(SECOND.multipliedBy(29));
                transport.send(request);
            }

            assertThat(server.connections()).isOne();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'timeout=5', 4000",
        "'timeout=5, max=100', 4000",
        "'max=100; Timeout = \"5\"', 4000",
        "timeout=2, 1000",
        "timeout=1, 500",
        "timeout=0, 0",
        "timeout=soon, 1000",
        "max=timeout, 1000"
    })
    void announcedKeepAliveTakesThePlaceOfTheSecond(String keepAlive, long millis) {
        var announcing = Fault.raw("HTTP/1.1 200 OK\r\nKeep-Alive: " + keepAlive + "\r\nContent-Length: 2\r\n\r\nok")
                .forever();
        try (var server = FaultyServer.start(announcing);
                var transport = open(server)) {
            transport.send(GET);
            if (millis > 0) {
                idle.pass(Duration.ofMillis(millis).minus(NANO));
                transport.send(POST);
            }
            assertThat(server.connections()).isOne();

            idle.pass(Duration.ofMillis(millis));
            transport.send(POST);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void limitOfZeroMeansANewConnectionForEachPost() {
        var announcing = Fault.raw("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=60\r\nContent-Length: 2\r\n\r\nok")
                .forever();
        try (var server = FaultyServer.start(announcing);
                var transport = open(server, limit(Duration.ZERO))) {
            transport.send(GET);
            transport.send(POST);
            transport.send(POST);
            transport.send(GET);

            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @Test
    void limitOfTheAuthorCounts() {
        try (var server = FaultyServer.start(OK);
                var transport = open(server, limit(Duration.ofMinutes(1)))) {
            transport.send(GET);
            idle.pass(SECOND.multipliedBy(20));
            transport.send(POST);

            assertThat(server.connections()).isOne();
        }
    }

    @ParameterizedTest
    @MethodSource("requestsThatAreSentOnce")
    void connectionClosedAMomentAgoIsReplacedBeforeItIsUsed(BackendRequest request) {
        try (var server = FaultyServer.start(CLOSING.then(CLOSING));
                var transport = open(server)) {
            send(transport, 2);
            server.awaitOpen(0);

            assertThat(transport.send(request).status()).isEqualTo(200);
            assertThat(server.requestCount()).isEqualTo(3);
            assertThat(retries()).isZero();
        }
    }

    /** Each connection is closed as its second request arrives: the close has been on its way. */
    @Test
    void postsAfterPausesAsLongAsTheServersIdleTimeAreSentOnce() {
        try (var server = FaultyServer.start(OK.then(Fault.closeWithoutResponse()));
                var transport = open(server)) {
            for (int i = 0; i < 360; i++) {
                assertThat(transport.send(POST).status()).isEqualTo(200);
                idle.pass(SECOND.multipliedBy(2));
            }

            assertThat(server.requestCount()).isEqualTo(360);
        }
    }

    @Test
    void afterAResetEveryConnectionIsCheckedForThirtySeconds() {
        var thrice = CLOSING.then(CLOSING).then(CLOSING);
        try (var server = FaultyServer.start(thrice.then(Fault.closeWithoutResponse()), thrice, thrice);
                var transport = open(server)) {
            send(transport, 3);
            send(transport, 1); // Meets the close, and is sent again on the second connection.
            assertThat(retries()).isOne();

            send(transport, 2);
            server.awaitOpen(0);
            send(transport, 1);
            assertThat(retries()).isOne();
            assertThat(server.connections()).isEqualTo(3);

            idle.pass(SECOND.multipliedBy(30));
            send(transport, 2);
            server.awaitOpen(0);
            send(transport, 1); // Not checked any more, so it meets the close.
            assertThat(retries()).isEqualTo(2);
        }
    }

    @Test
    void firstReuseOfAConnectionIsAlwaysChecked() {
        try (var server = FaultyServer.start(CLOSING);
                var transport = open(server)) {
            for (int i = 0; i < 20; i++) {
                send(transport, 1);
                server.awaitOpen(0);
            }

            assertThat(retries()).isZero();
            assertThat(server.requestCount()).isEqualTo(20);
        }
    }

    /** JDK's server closes a connection a moment after its response, if 200 others are idle. */
    @Test
    void connectionJustUsedIsLeftAloneWhereAChecksResultIsNoGuarantee() {
        try (var server = FaultyServer.start(OK.then(Fault.closeWithoutResponse()), OK);
                var transport = open(server)) {
            send(transport, 1);
            send(transport, 1); // The check finds the connection open, and the server closes it then.
            assertThat(retries()).isOne();

            send(transport, 3);
            assertThat(server.connections()).isEqualTo(2 + 3);

            idle.pass(Duration.ofMillis(100));
            send(transport, 1);
            assertThat(server.connections()).isEqualTo(5);

            idle.pass(SECOND.multipliedBy(29).plus(SECOND));
            send(transport, 3);
            assertThat(server.connections()).isLessThanOrEqualTo(6);
            assertThat(retries()).isOne();
        }
    }

    private static void send(GatedHttp transport, int requests) {
        for (int i = 0; i < requests; i++) {
            assertThat(transport.send(GET).status()).isEqualTo(200);
        }
    }

    /** The close arrives too late for the check here. */
    @Test
    void postsAvoidKeptConnectionsOfAServerThatClosesAtOnce() {
        try (var server = FaultyServer.start(OK.then(Fault.closeWithoutResponse()));
                var transport = open(server)) {
            transport.send(GET);
            transport.send(GET);
            for (int i = 0; i < 100; i++) {
                assertThat(transport.send(POST).status()).isEqualTo(200);
            }

            assertThat(server.requestCount()).isEqualTo(3 + 100);
        }
    }

    @Test
    void retryAfterALostConnectionIsOnANewOne() throws Exception {
        var lost = Fault.raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
        try (var server = FaultyServer.start(OK.then(lost));
                var transport = open(server)) {
            keepTwo(transport);

            var retrying = Retries.retrying(RetryPolicy.standard(), transport, new FakeTiming());
            assertThat(retrying.send(GET).text()).isEqualTo("ok");
            assertThat(server.connections()).isEqualTo(3);
            assertThat(server.requestCount()).isEqualTo(4);
        }
    }

    @Test
    void repeatIsPaidFromTheRetryBudget() {
        var reserveOnly = RetryPolicy.builder().budget(0).build();
        try (var server = FaultyServer.start(OK.then(Fault.closeWithoutResponse()));
                var transport = GatedHttp.aging(server.url(), HttpOptions.defaults(), reserveOnly, idle)) {
            transport.send(GET);
            for (int i = 0; i < 10; i++) {
                idle.pass(Duration.ofMillis(100)); // Otherwise it is not sent on a connection that was just used.
                assertThat(transport.send(GET).status()).isEqualTo(200);
            }

            idle.pass(Duration.ofMillis(100));
            assertThat(status(transport, GET)).isEqualTo(502);
            assertThat(server.requestCount()).isEqualTo(1 + 10 * 2 + 1);
        }
    }

    @Test
    void callsFillTheBudgetOfAPolicyWithoutRetries() {
        try (var server = FaultyServer.start(
                        OK.then(OK).then(OK).then(OK).then(OK).then(Fault.closeWithoutResponse()));
                var transport = GatedHttp.aging(server.url(), HttpOptions.defaults(), RetryPolicy.none(), idle)) {
            for (int i = 0; i < 100; i++) {
                assertThat(transport.send(GET).status()).isEqualTo(200);
            }

            assertThat(server.connections()).isGreaterThan(1 + 10);
        }
    }

    @Test
    void closedConnectionCountsForNoCircuit() {
        var touchy = BreakerPolicy.builder().window(1).minimumCalls(1).build();
        try (var server = FaultyServer.start(OK.then(Fault.closeWithoutResponse()));
                var transport = open(server).guarded(touchy)) {
            transport.send(GET);
            var error = catchThrowableOfType(BackendError.class, () -> transport.send(POST));

            assertThat(error.statusCode()).isEqualTo(502);
            assertThat(error.content().orElseThrow()).contains("whether the POST was carried out is unknown");
            assertThat(transport.send(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void resetOfANewConnectionCountsForTheCircuit() {
        var touchy = BreakerPolicy.builder().window(1).minimumCalls(1).build();
        try (var server = FaultyServer.start(Fault.closeWithoutResponse());
                var transport = open(server).guarded(touchy)) {
            assertThat(status(transport, POST)).isEqualTo(502);
            assertThat(status(transport, GET)).isEqualTo(503);
        }
    }

    static List<BackendRequest> loginRequestsWithSecrets() {
        return List.of(
                BackendRequest.post("/login").form(Map.of("password", "secret")),
                BackendRequest.post("/token").form(Map.of("grant_type", "client_credentials")),
                BackendRequest.get("/callback").query("code", "once").query("state", "1"),
                GET.header("Authorization", "Basic YTpi"),
                GET.header("Cookie", "csrf=1"),
                GET.header("X-Api-Key", "secret"),
                BackendRequest.put("/session").json("{}"));
    }

    @ParameterizedTest
    @MethodSource("loginRequestsWithSecrets")
    void loginRequestWithSecretsHasAConnectionOfItsOwnThatIsKept(BackendRequest request) {
        try (var server = FaultyServer.start(OK);
                var transport = open(server)) {
            transport.send(GET);
            transport.bare().send(request);
            assertThat(server.connections()).isEqualTo(2);

            for (int i = 0; i < 50; i++) {
                transport.send(GET);
            }
            assertThat(server.connections()).isEqualTo(2);
            server.awaitClosedByClient(1);
        }
    }

    @ParameterizedTest
    @MethodSource("loginRequestsWithSecrets")
    void loginRequestWithSecretsIsNeverSentAgain(BackendRequest request) {
        try (var server = FaultyServer.start(OK.then(Fault.closeWithoutResponse()), Fault.closeWithoutResponse());
                var transport = open(server)) {
            transport.send(GET);

            assertThat(catchThrowableOfType(
                                    BackendError.class, () -> transport.bare().send(request))
                            .statusCode())
                    .isEqualTo(502);
            assertThat(server.requestCount()).isEqualTo(2);
        }
    }

    @Test
    void plainLoginPageComesOverAKeptConnection() {
        try (var server = FaultyServer.start(OK);
                var transport = open(server)) {
            transport.send(GET);
            transport.bare().send(BackendRequest.get("/login").header("Accept", "text/html"));

            assertThat(server.connections()).isOne();
        }
    }

    /** Real time: the thread that sweeps serves all clients. */
    @Test
    void connectionsThatTheServerClosedAfterABurstAreDropped() throws Exception {
        try (var server = FaultyServer.start(burst());
                var transport = open(server)) {
            keep(transport, 100);
            server.awaitStalled(99);
            server.release();
            server.awaitOpen(1);
            idle.pass(SECOND);

            awaitIdle(1);
            assertThat(server.closedByClient()).isZero();
        }
    }

    private static Fault[] burst() {
        var faults = new Fault[100];
        Arrays.fill(faults, OK.thenStall());
        faults[0] = OK;
        return faults;
    }

    /** Those threads live as long as the JVM does. */
    @ParameterizedTest
    @ValueSource(strings = {"apikit-idle-connections", "apikit-deadlines"})
    void sharedThreadInheritsNothingAndSurvivesAnInterrupt(String name) {
        try (var server = FaultyServer.start(OK);
                var transport = GatedHttp.to(server.url(), HttpOptions.defaults(), Timing.system())) {
            transport.send(GET);
            var thread = Thread.getAllStackTraces().keySet().stream()
                    .filter(each -> each.getName().equals(name))
                    .findFirst()
                    .orElseThrow();
            assertThat(thread.getContextClassLoader()).isNull();

            thread.interrupt();
            while (thread.isInterrupted() && !Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
            assertThat(thread.isInterrupted()).isFalse();
            assertThat(thread.isAlive()).isTrue();
        }
    }

    @Test
    void connectionsLeftIdleAreClosed() throws Exception {
        try (var server = FaultyServer.start(OK);
                var transport = open(server)) {
            keepTwo(transport);
            idle.pass(SECOND.multipliedBy(30));

            server.awaitClosedByClient(2);
        }
    }

    private void awaitIdle(int connections) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (gauge("idle") != connections && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        assertThat(gauge("idle")).isEqualTo(connections);
    }

    private double gauge(String state) {
        return meters.get("apikit.backend.connections")
                .tag("state", state)
                .gauge()
                .value();
    }

    private double retries() {
        return meters.get("apikit.backend.retries").functionCounter().count();
    }

    private static void keepTwo(GatedHttp transport) throws Exception {
        keep(transport, 2);
    }

    /** Leaves this many connections idle. */
    private static void keep(GatedHttp transport, int connections) throws Exception {
        var streams = new ArrayList<GatedHttp.Stream>();
        for (int i = 0; i < connections; i++) {
            streams.add(transport.stream());
            streams.get(i).send(GET);
        }
        for (var stream : streams) {
            stream.body().readAllBytes();
            stream.close();
        }
    }

    private static int status(GatedHttp transport, BackendRequest request) {
        return catchThrowableOfType(BackendError.class, () -> transport.send(request))
                .statusCode();
    }

    private static HttpOptions limit(Duration maxIdleForPost) {
        return HttpOptions.builder().maxIdleForPost(maxIdleForPost).build();
    }

    private GatedHttp open(FaultyServer server) {
        return open(server, HttpOptions.defaults());
    }

    private GatedHttp open(FaultyServer server, HttpOptions options) {
        var transport = GatedHttp.aging(server.url(), options, RetryPolicy.standard(), idle);
        transport.metrics().bindTo(meters);
        return transport;
    }
}

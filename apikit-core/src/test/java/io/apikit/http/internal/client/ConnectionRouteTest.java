package io.apikit.http.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.Tls;
import io.apikit.testkit.faulty.FakeForwardProxy;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import io.apikit.testkit.tls.CertifiedKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections through a proxy's tunnel, and to another address. The name of the URL is looked up by none of them. */
@Timeout(60)
class ConnectionRouteTest {
    private static final String NAME = "backend.example.org";

    @TempDir
    Path folder = Path.of("");

    private FakeForwardProxy proxy;
    private FaultyServer plain;
    private FaultyServer secure;
    private CertifiedKey key;
    private Tls trust;

    @BeforeEach
    void start() throws Exception {
        key = CertifiedKey.builder(NAME).host(NAME).build();
        trust = Tls.trusting(Files.writeString(folder.resolve("own.pem"), key.certificatePem()));
        proxy = FakeForwardProxy.start();
        plain = FaultyServer.start(Fault.response(200, "text/plain", "plain"));
        secure = FaultyServer.builder(Fault.response(200, "text/plain", "secure"))
                .on(listening())
                .start();
        proxy.resolve(NAME + ":443", secure.port()).resolve(NAME + ":80", plain.port());
    }

    private ServerSocket listening() throws IOException {
        return key.sslContext().getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() {
        proxy.close();
        plain.close();
        secure.close();
    }

    private HttpOptions.Builder options() {
        return HttpOptions.builder().tls(trust);
    }

    private static String get(String url, HttpOptions options) {
        try (var http = GatedHttp.to(url, options, Timing.system())) {
            return http.send(BackendRequest.get("/a//b").header("Authorization", "Bearer caller"))
                    .text();
        }
    }

    private static BackendError error(String url, HttpOptions options) {
        return catchThrowableOfType(BackendError.class, () -> get(url, options));
    }

    @Test
    void httpsGoesThroughATunnel() throws Exception {
        var options = options().proxy(proxy.url()).build();
        assertThat(get("https://" + NAME, options)).isEqualTo("secure");
        assertThat(proxy.tunnels()).containsExactly(NAME + ":443");
        assertThat(secure.awaitRequest(1).header("Host")).contains(NAME);
        assertThat(proxy.heads().get(0))
                .startsWith("CONNECT " + NAME + ":443 HTTP/1.1\r\n")
                .contains("Host: " + NAME + ":443\r\n")
                .doesNotContain("Authorization")
                .doesNotContain("/a//b");
    }

    @Test
    void httpGoesThroughATunnelAsItIs() throws Exception {
        var options = options().proxy(proxy.url()).build();
        assertThat(get("http://" + NAME, options)).isEqualTo("plain");
        assertThat(proxy.tunnels()).containsExactly(NAME + ":80");
        assertThat(plain.awaitRequest(1).target()).isEqualTo("/a//b");
    }

    @Test
    void tunnelIsKeptForFurtherRequests() {
        try (var http =
                GatedHttp.to("https://" + NAME, options().proxy(proxy.url()).build(), Timing.system())) {
            for (int i = 0; i < 3; i++) {
                assertThat(http.send(BackendRequest.get("/")).text()).isEqualTo("secure");
            }
        }
        assertThat(proxy.tunnels()).hasSize(secure.connections());
    }

    @Test
    void proxyGetsItsOwnCredentialsAndTheBackendNone() throws Exception {
        proxy.require("ops", "p@ss:w+rd");
        var url = proxy.url().replace("http://", "http://ops:p%40ss:w+rd@");
        assertThat(get("https://" + NAME, options().proxy(url).build())).isEqualTo("secure");
        assertThat(secure.awaitRequest(1).header("Proxy-Authorization")).isEmpty();
        var error = error(
                "https://" + NAME, options().proxy(url.replace("w+rd", "wrong")).build());
        assertThat(error.statusCode()).isEqualTo(502);
        assertThat(error.content().orElseThrow())
                .isEqualTo("The proxy " + proxy.url() + " opened no tunnel to " + NAME
                        + ":443: 407: it does not accept the user name and the password for it");
        assertThat(error("https://" + NAME, options().proxy(proxy.url()).build())
                        .content()
                        .orElseThrow())
                .endsWith("407: it needs a user name and a password");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    HTTP/1.1 403 Forbidden#Content-Length: 2##no              | 502 | opened no tunnel to backend.example.org:443: 403
                    HTTP/1.1 401 Unauthorized#Content-Length: 2##no           | 502 | opened no tunnel to backend.example.org:443: 401
                    HTTP/1.1 302 Found#Location: http://evil/#Content-Length: 0## | 502 | opened no tunnel to backend.example.org:443: 302
                    HTTP/1.1 204 No Content##                                 | 502 | opened no tunnel to backend.example.org:443: 204
                    HTTP/1.1 503 Unavailable#Content-Length: 0##              | 502 | opened no tunnel to backend.example.org:443: 503
                    garbage##                                                 | 502 | broke off
                    HTTP/1.1 200 OK##HTTP/1.1 200 OK#Content-Length: 4##evil   | 502 | sent more than a response
                    """)
    void otherResponseOfAProxyIsNoneOfTheBackend(String response, int status, String message) {
        proxy.respond(response.strip().replace("#", "\r\n"));
        var error = error("https://" + NAME, options().proxy(proxy.url()).build());
        assertThat(error.statusCode()).isEqualTo(status);
        assertThat(error.content().orElseThrow())
                .startsWith("The proxy " + proxy.url())
                .contains(message);
        assertThat(secure.requestCount()).isZero();
    }

    @Test
    void proxyThatIsDownIsNamed() throws Exception {
        int port;
        try (var unused = new ServerSocket(0)) {
            port = unused.getLocalPort();
        }
        var error = error(
                "https://" + NAME, options().proxy("http://127.0.0.1:" + port).build());
        assertThat(error.statusCode()).isEqualTo(502);
        assertThat(error.content().orElseThrow())
                .isEqualTo("Cannot connect to the proxy http://127.0.0.1:" + port + ": connection refused");
        var unknown = error(
                "https://" + NAME, options().proxy("http://proxy.invalid:3128").build());
        assertThat(unknown.content().orElseThrow())
                .isEqualTo("Cannot connect to the proxy http://proxy.invalid:3128: unknown host");
    }

    @Test
    void silentProxyIsGivenUpAtTheConnectTimeout() {
        proxy.silent(true);
        var options = options().proxy(proxy.url()).connectTimeout(Duration.ofMillis(200));
        var error = error("https://" + NAME, options.build());
        assertThat(error.statusCode()).isEqualTo(504);
        assertThat(error.content().orElseThrow())
                .isEqualTo("The proxy " + proxy.url() + " did not open the tunnel in time");
    }

    @Test
    void handshakeInATunnelIsGivenUpAtTheConnectTimeout() throws Exception {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            proxy.resolve("silent.example.org:443", silent.getLocalPort());
            var options = options().proxy(proxy.url()).connectTimeout(Duration.ofMillis(200));
            var error = error("https://silent.example.org", options.build());
            assertThat(error.statusCode()).isEqualTo(504);
            assertThat(error.content().orElseThrow())
                    .isEqualTo("Cannot connect to https://silent.example.org through the proxy " + proxy.url()
                            + " in time");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void backendMayBeSlowerThanTheConnectTimeout(String scheme) throws Exception {
        var slow = Fault.stalledResponse().thenWrite("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow");
        try (var server = FaultyServer.builder(slow)
                .on(scheme.equals("http") ? new ServerSocket(0) : listening())
                .start()) {
            proxy.resolve(NAME + ":8080", server.port());
            var options = options().proxy(proxy.url()).connectTimeout(Duration.ofMillis(500));
            var later = CompletableFuture.delayedExecutor(600, TimeUnit.MILLISECONDS);
            var released =
                    CompletableFuture.runAsync(() -> server.awaitStalled(1)).thenRunAsync(server::release, later);
            assertThat(get(scheme + "://" + NAME + ":8080", options.build())).isEqualTo("slow");
            released.join();
        }
    }

    @Test
    void postThatFoundNoTunnelWasNotSent() {
        proxy.respond("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        try (var http =
                GatedHttp.to("https://" + NAME, options().proxy(proxy.url()).build(), Timing.system())) {
            var error = catchThrowableOfType(
                    BackendError.class, () -> http.send(BackendRequest.post("/").body(new byte[] {1}, "text/plain")));
            assertThat(error.content().orElseThrow()).contains("403").doesNotContain("unknown");
        }
    }

    @Test
    void certificateIsCheckedForTheNameOfTheUrl() {
        proxy.resolve("other.example.org:443", secure.port());
        var error =
                error("https://other.example.org", options().proxy(proxy.url()).build());
        assertThat(error.content().orElseThrow())
                .isEqualTo("TLS with https://other.example.org failed: its certificate is not for this host");
    }

    @Test
    void connectToLeadsElsewhereAndKeepsTheName() throws Exception {
        var options = options().connectTo("127.0.0.1", secure.port()).build();
        assertThat(get("https://" + NAME, options)).isEqualTo("secure");
        assertThat(secure.awaitRequest(1).header("Host")).contains(NAME);
        assertThat(error("https://other.example.org", options).content().orElseThrow())
                .contains("its certificate is not for this host");
    }

    @Test
    void connectToIsForTheBackendsOriginAlone() {
        var options = options()
                .connectTo("127.0.0.1", plain.port())
                .connectTo("https://login.example.org", "127.0.0.1", 1)
                .build();
        try (var http = GatedHttp.to("http://" + NAME + "/base", options, Timing.system())) {
            assertThat(http.send(BackendRequest.get("/")).text()).isEqualTo("plain");
        }
        try (var http = HttpTransport.to("http://" + NAME, options, RetryPolicy.none())) {
            var bare = BareTransport.create(http, Timing.system());
            assertThat(bare.at("http://" + NAME).send(BackendRequest.get("/")).text())
                    .isEqualTo("plain");
            var login = catchThrowableOfType(
                    BackendError.class,
                    () -> bare.at("https://login.example.org").send(BackendRequest.get("/")));
            assertThat(login.content().orElseThrow())
                    .isEqualTo("Cannot connect to https://login.example.org at 127.0.0.1:1: connection refused");
            var other = catchThrowableOfType(
                    BackendError.class, () -> bare.at("http://other.invalid").send(BackendRequest.get("/")));
            assertThat(other.content().orElseThrow()).contains("http://other.invalid: unknown host");
        }
    }

    @Test
    void connectToHoldsForALoginThatComesBack() {
        var options = options().connectTo("127.0.0.1", plain.port()).build();
        try (var http = HttpTransport.to("http://" + NAME, options, RetryPolicy.none())) {
            var back = BareTransport.create(http, Timing.system())
                    .at("http://other.invalid")
                    .at("http://" + NAME);
            assertThat(back.send(BackendRequest.get("/")).text()).isEqualTo("plain");
        }
    }

    @Test
    void addressThatDoesNotExistIsNamed() {
        var options = options().connectTo("service.invalid", 8443).build();
        assertThat(error("https://" + NAME, options).content().orElseThrow())
                .isEqualTo("Cannot connect to https://" + NAME + " at service.invalid:8443: unknown host");
    }
}

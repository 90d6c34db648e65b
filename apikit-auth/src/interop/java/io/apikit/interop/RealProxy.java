package io.apikit.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** An oauth2-proxy of either version, in front of an upstream, at the one port that the providers know. */
final class RealProxy implements AutoCloseable {
    private final ProxyVersion version;
    private final int port;
    private final List<String> flags;
    private final AtomicInteger secrets = new AtomicInteger();
    private RealProcess process;

    RealProxy(ProxyVersion version, int port, IdentityProvider provider, String upstream, String... more) {
        this(version, port, flags(port, provider, upstream, more));
    }

    /** With these flags alone, and a secret for its cookies. */
    RealProxy(ProxyVersion version, int port, List<String> flags) {
        this.version = version;
        this.port = port;
        this.flags = flags;
        this.process = run();
    }

    private static List<String> flags(int port, IdentityProvider provider, String upstream, String... more) {
        var flags = new ArrayList<>(List.of(
                "--provider=oidc",
                "--oidc-issuer-url=" + provider.issuer(),
                "--http-address=127.0.0.1:" + port,
                "--redirect-url=" + callback(port),
                "--upstream=" + upstream,
                "--email-domain=*"));
        flags.addAll(provider.proxyFlags());
        flags.addAll(List.of(more));
        return flags;
    }

    static String callback(int port) {
        return "http://127.0.0.1:" + port + "/oauth2/callback";
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Its sessions outlive it: they are in the cookies. */
    void restart() {
        stop();
        startAgain();
    }

    /** No session outlives this. */
    void restartWithAnotherSecret() {
        secrets.incrementAndGet();
        restart();
    }

    void stop() {
        process.close();
    }

    void startAgain() {
        process = run();
    }

    private RealProcess run() {
        var command = new ArrayList<String>();
        command.add(Installed.oauth2Proxy(version).toString());
        command.addAll(flags);
        command.add("--cookie-secret=%032d".formatted(secrets.get()));
        return RealProcess.start("oauth2-proxy-" + version.key(), Map.of(), command)
                .awaitReady(url() + "/ping", Duration.ofSeconds(30));
    }

    @Override
    public void close() {
        process.close();
    }
}

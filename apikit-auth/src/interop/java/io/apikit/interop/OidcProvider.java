package io.apikit.interop;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** npm's oidc-provider with its development pages: it takes any password, so nobody is refused. */
final class OidcProvider implements IdentityProvider, AutoCloseable {
    private final AtomicInteger accounts = new AtomicInteger();
    private final int port = Ports.free();
    private final RealProcess process;

    OidcProvider(String callback) {
        var command = List.of(
                "node",
                Installed.script("oidc-provider/server.mjs").toString(),
                Installed.oidcProvider().toString(),
                Integer.toString(port),
                callback);
        process = RealProcess.start("oidc-provider", Map.of(), command)
                .awaitReady(issuer() + "/.well-known/openid-configuration", Duration.ofSeconds(30));
    }

    @Override
    public String issuer() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public List<String> proxyFlags() {
        return List.of("--client-id=proxy", "--client-secret=proxys-own-secret", "--scope=openid email profile");
    }

    @Override
    public Account newAccount() {
        var email = "user%02d@example.net".formatted(accounts.getAndIncrement());
        return new Account(email, email, "any");
    }

    @Override
    public int logins(Account account) {
        return (int) process.log()
                .lines()
                .filter(("login " + account.login())::equals)
                .count();
    }

    @Override
    public int refusals(Account account) {
        return 0;
    }

    @Override
    public void close() {
        process.close();
    }
}

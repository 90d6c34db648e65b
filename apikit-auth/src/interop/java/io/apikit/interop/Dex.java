package io.apikit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Dex with its password database and, as it is set up by default, a consent page at each login. */
final class Dex implements IdentityProvider, AutoCloseable {
    /** Of its issuer. */
    static final String PATH = "/dex";

    static final String PASSWORD = "wonderland";

    private final AtomicInteger accounts = new AtomicInteger();
    private final int port = Ports.free();
    private final String issuer;
    private final Path config;
    private final StringBuilder earlierLogs = new StringBuilder();
    private RealProcess process;

    /** At an address of its own. */
    Dex(String callback) {
        this(Optional.empty(), callback, false);
    }

    /** Behind another server, which passes the issuer's path on to {@link #origin}. */
    static Dex behind(String issuer, String callback) {
        return new Dex(Optional.of(issuer), callback, false);
    }

    /** With a page that asks which way to log in. */
    static Dex withChoice(String callback) {
        return new Dex(Optional.empty(), callback, true);
    }

    private Dex(Optional<String> issuer, String callback, boolean hasFurtherConnector) {
        this.issuer = issuer.orElse(origin() + PATH);
        this.config = written(new DexConfig(this.issuer, port, callback, hasFurtherConnector).yaml());
        this.process = run();
    }

    private static Path written(String yaml) {
        try {
            return Files.writeString(
                    Files.createTempFile(Files.createDirectories(Installed.logs()), "dex-", ".yaml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RealProcess run() {
        var command = List.of(Installed.dex().toString(), "serve", config.toString());
        return RealProcess.start("dex", Map.of(), command)
                .awaitReady(origin() + PATH + "/.well-known/openid-configuration", Duration.ofSeconds(30));
    }

    /** Its own address, whatever the issuer's. */
    String origin() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public String issuer() {
        return issuer;
    }

    @Override
    public List<String> proxyFlags() {
        return List.of(
                "--client-id=" + DexConfig.CLIENT,
                "--client-secret=" + DexConfig.SECRET,
                "--scope=openid email profile offline_access");
    }

    @Override
    public Account newAccount() {
        var email = DexConfig.email(accounts.getAndIncrement());
        return new Account(email, email, PASSWORD);
    }

    @Override
    public int logins(Account account) {
        return lines("\"login successful\"", "email=" + account.email());
    }

    @Override
    public int loginsAtRefresh() {
        return 2;
    }

    @Override
    public int refusals(Account account) {
        return lines("failed login attempt", "user=" + account.login());
    }

    private int lines(String... words) {
        return (int) (earlierLogs + process.log())
                .lines()
                .filter(line -> List.of(words).stream().allMatch(line::contains))
                .count();
    }

    /** Its storage is memory: keys, codes and refresh tokens are lost. */
    void stop() {
        process.close();
        earlierLogs.append(process.log());
    }

    void startAgain() {
        process = run();
    }

    @Override
    public void close() {
        process.close();
    }
}

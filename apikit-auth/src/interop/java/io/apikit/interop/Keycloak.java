package io.apikit.interop;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Keycloak in development mode, with its database in a directory of this run. */
final class Keycloak implements IdentityProvider, AutoCloseable {
    /** A first start was seen to take 167 s. */
    private static final Duration SLOW_START = Duration.ofMinutes(4);

    private static final List<String> STAFF = List.of("/" + Realm.STAFF);

    private final AtomicInteger accounts = new AtomicInteger();
    private final int port = Ports.free();
    private final int managementPort = Ports.free();
    private final Path data = Installed.emptyFolder("keycloak");
    private final KeycloakAdmin admin = new KeycloakAdmin(origin());
    private RealProcess process = run();
    private boolean prepared;
    private Optional<KeycloakBroker> broker = Optional.empty();

    private RealProcess run() {
        var home = Installed.keycloak();
        var environment = Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "JAVA_OPTS_KC_HEAP",
                "-Xms64m -Xmx512m",
                "KC_BOOTSTRAP_ADMIN_USERNAME",
                KeycloakAdmin.NAME,
                "KC_BOOTSTRAP_ADMIN_PASSWORD",
                KeycloakAdmin.PASSWORD);
        var command = List.of(
                home.resolve("bin/kc.sh").toString(),
                "start-dev",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--http-management-port=" + managementPort,
                "--db-url=jdbc:h2:file:" + data.resolve("h2") + ";NON_KEYWORDS=VALUE");
        return RealProcess.start("keycloak", environment, command);
    }

    /** Waits until it can be used; it is started long before. */
    Keycloak ready() {
        process.awaitReady(origin() + "/realms/master", SLOW_START);
        if (!prepared) {
            admin.post("", Realm.representation());
            prepared = true;
        }
        return this;
    }

    /** Returns a realm whose accounts are another realm's. */
    KeycloakBroker broker() {
        if (broker.isEmpty()) {
            broker = Optional.of(new KeycloakBroker(origin(), admin));
        }
        return broker.orElseThrow();
    }

    private String origin() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public String issuer() {
        return origin() + "/realms/" + Realm.NAME;
    }

    @Override
    public List<String> proxyFlags() {
        return proxyFlags(Realm.PROXY);
    }

    static List<String> proxyFlags(String client) {
        return List.of("--client-id=" + client, "--client-secret=" + Realm.SECRET, "--scope=openid email profile");
    }

    /** The same Keycloak to a proxy that is another client of it. */
    IdentityProvider as(String client) {
        return new KeycloakClient(this, client);
    }

    @Override
    public Account newAccount() {
        var name = "user%02d".formatted(accounts.getAndIncrement());
        var account = new Account(name, name + "@example.com", "secret of " + name);
        var password = Map.of("type", "password", "value", account.password());
        admin.post("/interop/users", representation(account, List.of(password), STAFF));
        return account;
    }

    /** Without first and last name, email and all, it would ask for them at the first login. */
    static Map<String, Object> representation(
            Account account, List<Map<String, String>> credentials, List<String> groups) {
        return Map.of(
                "username",
                account.login(),
                "email",
                account.email(),
                "emailVerified",
                true,
                "firstName",
                "Alice",
                "lastName",
                "Liddell",
                "enabled",
                true,
                "groups",
                groups,
                "credentials",
                credentials);
    }

    @Override
    public int logins(Account account) {
        return events("LOGIN", account);
    }

    @Override
    public int refusals(Account account) {
        return events("LOGIN_ERROR", account);
    }

    /** How many events of this type there were, such as REFRESH_TOKEN. */
    int events(String type, Account account) {
        return admin.get("/interop/events?max=500&type=" + type + "&user=" + id(account))
                .size();
    }

    /** Ends all sessions of this account, as its owner can. */
    void signOut(Account account) {
        admin.post("/interop/users/" + id(account) + "/logout", Map.of());
    }

    /** Changes fields of this account, such as {@code enabled}. */
    void change(Account account, Map<String, ?> fields) {
        admin.put("/interop/users/" + id(account), fields);
    }

    /** From now on it asks this account for a one-time code. */
    void giveOneTimeCodes(Account account) {
        var device = Map.of(
                "type", "otp",
                "userLabel", "phone",
                "secretData", "{\"value\":\"JBSWY3DPEHPK3PXP\"}",
                "credentialData",
                        "{\"subType\":\"totp\",\"digits\":6,\"counter\":0,\"period\":30,\"algorithm\":\"HmacSHA1\"}");
        var password = Map.of("type", "password", "value", account.password());
        admin.delete("/interop/users/" + id(account));
        admin.post("/interop/users", representation(account, List.of(password, device), STAFF));
    }

    /** A client that has never logged in. */
    Machine newMachine() {
        var machine = new Machine(admin, "machine%02d".formatted(accounts.getAndIncrement()));
        admin.post("/interop/clients", Realm.machine(machine.clientId()));
        return machine;
    }

    /** Whether a token is good, as whoever is shown one can ask (RFC 7662). */
    boolean isActive(String token) {
        var fields = Map.of("client_id", Realm.PROXY, "client_secret", Realm.SECRET, "token", token);
        return KeycloakAdmin.posted(issuer() + KeycloakAdmin.TOKEN_PATH + "/introspect", fields)
                .path("active")
                .asBoolean();
    }

    /** New keys sign from now on, and what the old ones signed is no good any more. */
    void rotateKeys() {
        var type = "org.keycloak.keys.KeyProvider";
        var old = admin.get("/interop/components?type=" + type);
        var realm = admin.get("/interop").path("id").asText();
        for (var provider : List.of("rsa-generated", "hmac-generated", "aes-generated")) {
            admin.post(
                    "/interop/components",
                    Map.of(
                            "name", provider + "-" + accounts.getAndIncrement(),
                            "providerId", provider,
                            "providerType", type,
                            "parentId", realm,
                            "config", Map.of("priority", List.of("200"))));
        }
        old.forEach(key -> admin.delete("/interop/components/" + key.path("id").asText()));
    }

    /** A token for the proxy, as a program gets one. */
    String accessToken(Account account) {
        var fields = Map.of(
                "grant_type",
                "password",
                "client_id",
                Realm.PROXY,
                "client_secret",
                Realm.SECRET,
                "scope",
                "openid email",
                "username",
                account.login(),
                "password",
                account.password());
        return KeycloakAdmin.tokens(issuer(), fields).path("access_token").asText();
    }

    void removeFromStaff(Account account) {
        var group = admin.get("/interop/groups?search=" + Realm.STAFF)
                .path(0)
                .path("id")
                .asText();
        admin.delete("/interop/users/" + id(account) + "/groups/" + group);
    }

    private String id(Account account) {
        return user(account).path("id").asText();
    }

    private JsonNode user(Account account) {
        return admin.get("/interop/users?exact=true&username=" + account.login())
                .path(0);
    }

    void stop() {
        process.close();
    }

    void startAgain() {
        process = run();
    }

    @Override
    public void close() {
        process.close();
    }
}

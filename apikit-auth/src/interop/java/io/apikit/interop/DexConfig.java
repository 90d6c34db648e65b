package io.apikit.interop;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Dex's configuration file. */
record DexConfig(String issuer, int port, String callback, boolean hasFurtherConnector) {
    static final String CLIENT = "proxy";
    static final String SECRET = "proxys-own-secret";

    private static final int ACCOUNTS = 100;

    /** bcrypt at cost 10, the least that Dex takes, of {@link Dex#PASSWORD}. */
    private static final String HASH = "$2a$10$IKUau8b6IREV702Shv4u5uZYLmtCCpp8E5j3024VD7RijPN8uDPOi";

    String yaml() {
        return """
                issuer: %s
                storage: {type: memory}
                web: {http: "127.0.0.1:%d"}
                enablePasswordDB: true
                # The old proxy renews its cookies only when the tokens in them are over.
                expiry: {idTokens: %ds}
                staticClients:
                - {id: %s, secret: %s, name: Proxy, redirectURIs: ["%s"]}
                %s
                staticPasswords:
                %s
                """.formatted(issuer, port, TokenLife.SECONDS, CLIENT, SECRET, callback, connectors(), passwords());
    }

    /** With it, Dex asks which way to log in. The further one lets everybody in as the same user. */
    private String connectors() {
        return hasFurtherConnector ? "connectors: [{type: mockCallback, id: mock, name: Mock}]" : "";
    }

    static String email(int number) {
        return "user%02d@example.org".formatted(number);
    }

    private static String passwords() {
        return IntStream.range(0, ACCOUNTS).mapToObj(DexConfig::password).collect(Collectors.joining("\n"));
    }

    private static String password(int number) {
        return "- {email: \"%s\", hash: \"%s\", username: \"%s\", userID: \"id-%02d\"}"
                .formatted(email(number), HASH, LongText.of(number), number);
    }
}

package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Two or three replicas, each with a backend of its own, which share one store. */
class SharedLoginTest extends SessionTest {
    private final InMemoryLoginStore store = new InMemoryLoginStore(timing::nanoTime);

    private Backend replica() {
        return opened(settings().loginStore(store));
    }

    private static String get(Backend replica, Credentials credentials) {
        return replica.session(credentials).get("/whoami").orThrow().text();
    }

    @Test
    void coldLoginIsMadeOnce() {
        var one = replica();
        var two = replica();

        get(one, ALICE);
        get(two, ALICE);

        assertThat(server.loginPosts()).isOne();
    }

    @Test
    void rejectedLoginIsReplacedByThatOfAnotherReplica() {
        var one = replica();
        var two = replica();
        get(one, ALICE);
        get(two, ALICE);
        server.expireAll();

        get(one, ALICE);
        get(two, ALICE);

        assertThat(server.loginPosts()).isEqualTo(2);
    }
}

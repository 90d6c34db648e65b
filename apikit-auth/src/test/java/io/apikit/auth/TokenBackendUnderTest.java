package io.apikit.auth;

import java.util.List;
import java.util.Optional;

/** The backend of tokens, for any mode that logs in to it. */
public final class TokenBackendUnderTest implements RenewableBackendUnderTest {
    private final TokenBackend server =
            new TokenBackend().user("alice", "wonderland").user("bob", "builder-secret");
    private final Authenticator mode;

    public TokenBackendUnderTest(Authenticator mode) {
        this.mode = mode;
    }

    @Override
    public String url() {
        return server.url();
    }

    @Override
    public Authenticator mode() {
        return mode;
    }

    @Override
    public Optional<String> reflecting() {
        return Optional.of("/reflect");
    }

    @Override
    public int logins() {
        return server.loginPosts() - server.refusals();
    }

    @Override
    public int refusals() {
        return server.refusals();
    }

    @Override
    public void expireAll() {
        server.expireAll();
    }

    @Override
    public void hold() {
        server.hold();
    }

    @Override
    public void awaitHeld() {
        server.awaitHeld(1);
    }

    @Override
    public void release() {
        server.release();
    }

    @Override
    public List<String> secrets() {
        return List.of("wonderland", "builder-secret", "looking-glass", "token-alice");
    }

    @Override
    public void close() {
        server.close();
    }
}

package io.apikit.testkit.internal;

import java.time.Duration;
import java.util.Optional;

/** Base class of the fakes whose logins return a token. Thread-safe. */
@SuppressWarnings("this-escape") // Only the clock is read, which the superclass has set.
public abstract class FakeTokenServer extends FakeLoginServer {
    private final IssuedTokens tokens;

    /** Creates a server of plain HTTP. Its threads have this name. */
    protected FakeTokenServer(String name, Builder<?> builder) {
        this(name, builder, Optional.empty());
    }

    /** Creates a server that serves HTTPS if there is a certificate. Its threads have this name. */
    protected FakeTokenServer(String name, Builder<?> builder, Optional<ServerCertificate> certificate) {
        super(name, builder, certificate);
        tokens = new IssuedTokens(clock(), builder.tokenLife);
        tokens.opaque(builder.opaqueTokens);
    }

    /** Returns the tokens issued so far. */
    protected final IssuedTokens tokens() {
        return tokens;
    }

    /** Sets how long tokens that are issued from now on are valid. Default: as the builder says. */
    public void tokenLife(Duration life) {
        tokens.life(life);
    }

    /** Sets whether tokens that are issued from now on are opaque, and not JWTs. Default: as the builder says. */
    public void opaqueTokens(boolean opaque) {
        tokens.opaque(opaque);
    }

    /** Ends all tokens at once, whatever expiry they state. */
    public void expireTokens() {
        tokens.expireAll();
    }

    /**
     * Collects the settings that the fakes with tokens have.
     *
     * @param <B> the builder of the fake itself, which every setter returns
     */
    public abstract static class Builder<B extends Builder<B>> extends FakeServer.Builder<B> {
        private Duration tokenLife;
        private boolean opaqueTokens;

        /** Creates a builder whose tokens are JWTs and valid for this long. */
        protected Builder(Duration tokenLife) {
            this.tokenLife = tokenLife;
        }

        /** Sets how long a token is valid. */
        public B tokenLife(Duration life) {
            tokenLife = life;
            return self();
        }

        /** Sets whether tokens are opaque, and not JWTs. Default: false. */
        public B opaqueTokens(boolean opaque) {
            opaqueTokens = opaque;
            return self();
        }
    }
}

package io.apikit.testkit.systems;

import io.apikit.testkit.internal.FakeServer;
import io.apikit.testkit.token.FakeTokenEndpoint;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Base class of the two versions of FirecREST: the tokens, the uploads, the files and the forced failures. */
@SuppressWarnings("this-escape") // Only the clock is read, which the superclass has set.
abstract class FirecrestServer extends FakeServer {
    private final FirecrestUploads uploads = new FirecrestUploads();
    private final FakeTokenEndpoint tokens;
    private final boolean ownsTokens;
    private final FirecrestFiles files;

    FirecrestServer(String name, Builder<?> builder) {
        super(name, builder);
        FakeTokenEndpoint given = builder.tokens;
        ownsTokens = given == null;
        tokens = Optional.ofNullable(given).orElseGet(builder.own::start);
        files = new FirecrestFiles(clock());
    }

    abstract FirecrestAccess access();

    FirecrestFiles files() {
        return files;
    }

    FirecrestUploads uploadsReceived() {
        return uploads;
    }

    /** Returns the endpoint that issues the tokens: the one given to the builder, or its own. */
    public FakeTokenEndpoint tokenEndpoint() {
        return tokens;
    }

    /** Sets whether every request is forbidden, with status 401. Default: false. */
    public void deny(boolean all) {
        access().deny(all);
    }

    /** Makes every response a 429 with this {@code Retry-After} from now on; without one if the text is empty. */
    public void rateLimited(String retryAfter) {
        rateLimited(ForcedRateLimit.UNTIL_CHANGED, "Retry-After", retryAfter);
    }

    /** Makes this number of responses a 429 with such a header, for example {@code RateLimit-Reset}. */
    public void rateLimited(int requests, String header, String value) {
        access().rateLimit().refuse(requests, header, value);
    }

    /** Ends the effect of {@link #rateLimited}. */
    public void notRateLimited() {
        rateLimited(0, "", "");
    }

    /**
     * Returns the uploads in their order, including refused ones. The last 100 are kept, or fewer if they are large.
     */
    public List<Upload> uploads() {
        return uploads.all();
    }

    /** Adds a file, or replaces the file of that path. All clients can read it. */
    public void addFile(String system, String path, byte[] bytes) {
        files.write(system, path, bytes);
    }

    /** Returns the bytes of a file; empty if there is none. */
    public Optional<byte[]> file(String system, String path) {
        return files.read(system, path);
    }

    /** Returns the number of responses with status 401. */
    public int unauthorized() {
        return access().unauthorized();
    }

    /** Returns the number of requests, whatever their responses were. */
    public int requests() {
        return countAll();
    }

    /** Stops the API, and its token endpoint if the API made it. */
    @Override
    public void close() {
        super.close();
        if (ownsTokens) {
            tokens.close();
        }
    }

    /**
     * Collects the settings that both versions have.
     *
     * @param <B> the builder of the version, which every setter returns
     */
    abstract static class Builder<B extends Builder<B>> extends FakeServer.Builder<B> {
        private final FakeTokenEndpoint.Builder own = FakeTokenEndpoint.builder();
        private final Set<String> machines = new LinkedHashSet<>(Set.of("daint"));
        private @Nullable FakeTokenEndpoint tokens;

        Builder() {}

        Set<String> machines() {
            return Set.copyOf(machines);
        }

        /** Sets the endpoint that issues the tokens. Default: one that the API makes and closes itself. */
        public B tokenEndpoint(FakeTokenEndpoint existing) {
            tokens = existing;
            return self();
        }

        /** Adds a client to the API's own token endpoint. Repeatable. */
        public B client(String id, String secret) {
            own.client(id, secret);
            return self();
        }

        /** Sets how long a token of the API's own token endpoint is valid. Default: 300 s. */
        public B tokenLife(Duration life) {
            own.tokenLife(life);
            return self();
        }

        /** Adds a machine. Repeatable; {@code daint} is always there. */
        public B machine(String name) {
            machines.add(name);
            return self();
        }

        /** Sets the clock of all times, and of the API's own token endpoint. Default: the system's clock. */
        @Override
        public B clock(InstantSource source) {
            own.clock(source);
            return super.clock(source);
        }
    }
}

package io.apikit.redis;

import static java.util.concurrent.TimeUnit.MICROSECONDS;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.remote.CommandResult;
import io.github.bucket4j.distributed.remote.MutableBucketEntry;
import io.github.bucket4j.distributed.remote.RemoteCommand;
import io.github.bucket4j.distributed.remote.Request;
import io.github.bucket4j.distributed.remote.commands.AddTokensCommand;
import io.github.bucket4j.distributed.remote.commands.CreateInitialStateAndExecuteCommand;
import io.github.bucket4j.distributed.serialization.PrimitiveSerializationHandles;
import io.github.bucket4j.distributed.serialization.SerializationHandle;
import io.github.bucket4j.distributed.versioning.Version;
import io.github.bucket4j.distributed.versioning.Versions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The token buckets of one part of a store. The library for buckets computes here, and replaces what is in Redis if nobody
 * else has changed it meanwhile. So all replicas must use one clock: that of the server. Thread-safe.
 */
final class RedisBuckets {
    /** A clock that was read so long ago is read again. */
    private static final Duration CLOCK_KEPT = Duration.ofSeconds(10);

    /** How long a bucket that is full again is kept. */
    private static final Duration FULL_KEPT = Duration.ofSeconds(1);

    private static final Version VERSION = Versions.getLatest();
    private static final ExpirationAfterWriteStrategy LIFE =
            ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(FULL_KEPT);

    private final RedisLink link;
    private final String prefix;
    private final String clockKey;
    private volatile @Nullable Reading clock;

    RedisBuckets(RedisLink link, String prefix, String clockKey) {
        this.link = link;
        this.prefix = prefix;
        this.clockKey = clockKey;
    }

    /** The server's time, and when it was that here. */
    private record Reading(long serverNanos, long nanoTime) {}

    /** Notes the server's time, which was read after {@code sentNanos} and before now. */
    void learn(long micros, long sentNanos) {
        long received = System.nanoTime();
        clock = new Reading(MICROSECONDS.toNanos(micros), sentNanos + (received - sentNanos) / 2);
    }

    Duration take(String bucket, int demanded, int capacity, Duration refill) {
        var command = new CreateInitialStateAndExecuteCommand<>(configuration(capacity, refill), new Take(demanded));
        return Duration.ofNanos(execute(bucket, capacity, refill, command).getData());
    }

    void giveBack(String bucket, int capacity, Duration refill) {
        // A bucket that is not there is full.
        execute(bucket, capacity, refill, new AddTokensCommand(1));
    }

    private <T> CommandResult<T> execute(String bucket, int capacity, Duration refill, RemoteCommand<T> command) {
        var key = prefix + bucket + ':' + capacity + ':' + refill.toNanos();
        var request = new Request<>(command, VERSION, serverNanos(), LIFE);
        return link.await(connection -> {
            CompletableFuture<CommandResult<T>> result = connection.buckets().executeAsync(key, request);
            return result;
        });
    }

    private static BucketConfiguration configuration(int capacity, Duration refill) {
        return BucketConfiguration.builder()
                .addLimit(limit -> limit.capacity(capacity).refillGreedy(1, refill))
                .build();
    }

    private long serverNanos() {
        var known = clock;
        if (known == null || System.nanoTime() - known.nanoTime() > CLOCK_KEPT.toNanos()) {
            long sent = System.nanoTime();
            var time = link.run(RedisScript.TIME, List.of(clockKey));
            learn(RedisSpace.number(time.get(0)), sent);
            return serverNanos();
        }
        return known.serverNanos() + System.nanoTime() - known.nanoTime();
    }

    /** Takes one token if there are as many as demanded: the library has commands for the number that is taken only. */
    private record Take(int demanded) implements RemoteCommand<Long> {
        @Override
        public CommandResult<Long> execute(MutableBucketEntry entry, long nowNanos) {
            if (!entry.exists()) {
                return CommandResult.bucketNotFound();
            }
            var state = entry.get();
            state.refillAllBandwidth(nowNanos);
            if (state.getAvailableTokens() < demanded) {
                return result(state.calculateDelayNanosAfterWillBePossibleToConsume(demanded, nowNanos, false));
            }
            state.consume(1);
            entry.set(state);
            return result(0);
        }

        private static CommandResult<Long> result(long waitNanos) {
            return CommandResult.success(waitNanos, PrimitiveSerializationHandles.LONG_HANDLE);
        }

        @Override
        public SerializationHandle<RemoteCommand<?>> getSerializationHandle() {
            throw new UnsupportedOperationException("it runs here, and is not sent");
        }

        @Override
        public boolean isImmediateSyncRequired(long unsynchronizedTokens, long nanosSinceLastSync) {
            return true;
        }

        @Override
        public long estimateTokensToConsume() {
            return 1;
        }

        @Override
        public long getConsumedTokens(Long waitNanos) {
            return waitNanos == 0 ? 1 : 0;
        }

        @Override
        public Version getRequiredVersion() {
            return Versions.getOldest();
        }
    }
}

package io.apikit.redis;

import io.apikit.redis.RedisConnector.Commands;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.event.Event;
import io.lettuce.core.event.connection.ConnectionActivatedEvent;
import io.lettuce.core.event.connection.ReconnectFailedEvent;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The two connections of one store, and its threads: one connection for commands, one for messages. Thread-safe.
 *
 * <p>A command fails at once without a connection, and after 150 ms otherwise. One that has failed may have been carried
 * out, or be carried out later: what is written has a number, so that a late write does no harm.
 */
final class RedisLink implements AutoCloseable {
    /** How long a command waits for its response. */
    static final Duration COMMAND = Duration.ofMillis(150);

    /** A connection on which nothing has come for so long, though something was asked, is made anew. */
    static final Duration SILENCE = Duration.ofSeconds(3);

    private static final Duration END = Duration.ofSeconds(2);
    /** What is under way at the end may still finish in this time; otherwise the library below logs errors. */
    private static final Duration QUIET = Duration.ofMillis(20);

    private static final int THREADS = 2;

    private final Duration commandLimit;
    private final Duration silence;
    private final String servers;
    private final ClientResources resources;
    private final RedisConnector connector;
    private final BackgroundConnection<Commands> commands;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    /** Why the library below could not connect again; null if it could, or has not tried. */
    private volatile @Nullable String reconnectFailure;

    /** Since when something asked for has not come; zero if nothing is missing. */
    private final AtomicLong silentSinceNanos = new AtomicLong();

    RedisLink(RedisAddress address, @Nullable TrustManagerFactory trusted, Duration commandLimit, Duration silence) {
        this.commandLimit = commandLimit;
        this.silence = silence;
        this.servers = address.toString();
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(THREADS)
                .computationThreadPoolSize(THREADS)
                .reconnectDelay(Delay.fullJitter(
                        BackgroundConnection.FIRST_PAUSE,
                        BackgroundConnection.LONGEST_PAUSE,
                        BackgroundConnection.FIRST_PAUSE.toMillis(),
                        TimeUnit.MILLISECONDS))
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
        var ignored = resources.eventBus().get().subscribe(this::note);
        this.connector = RedisConnector.to(address, resources, trusted);
        this.commands = new BackgroundConnection<>(
                connector::open,
                opened -> silentSinceNanos.set(0),
                opened -> opened.connection().closeAsync(),
                resources.eventExecutorGroup());
    }

    /** Starts to connect, in the background. */
    void start() {
        commands.start();
    }

    /** Returns a connection for messages, not started. */
    BackgroundConnection<StatefulRedisPubSubConnection<String, byte[]>> messages(
            Consumer<StatefulRedisPubSubConnection<String, byte[]>> onOpened) {
        return new BackgroundConnection<>(
                connector::openMessages,
                onOpened,
                StatefulRedisPubSubConnection::closeAsync,
                resources.eventExecutorGroup());
    }

    /**
     * Runs a script, and returns its response. A server that does not know the script gets its text.
     *
     * @throws RedisUnavailableException if it has failed, or nothing has come in time
     */
    List<Object> run(RedisScript script, List<String> keys, byte[]... values) {
        var names = keys.toArray(String[]::new);
        return await(connection -> connection
                .scripts()
                .<List<Object>>evalsha(script.digest(), ScriptOutputType.MULTI, names, values)
                .toCompletableFuture()
                .exceptionallyCompose(e -> RedisErrors.isUnknownScript(e)
                        ? connection.scripts().eval(script.text(), ScriptOutputType.MULTI, names, values)
                        : CompletableFuture.failedFuture(e)));
    }

    /**
     * Waits for what a command brings.
     *
     * @throws RedisUnavailableException if it has failed, or nothing has come in time
     */
    <T> T await(Function<Commands, CompletionStage<T>> command) {
        var connection = commands.current();
        if (connection == null) {
            throw unavailable("there is no connection: " + commands.lastFailure(), null);
        }
        var since = silentSinceNanos;
        since.compareAndSet(0, System.nanoTime() | 1);
        try {
            var response = command.apply(connection).toCompletableFuture();
            var ignored = response.whenComplete((brought, e) -> {
                if (e == null || RedisErrors.isResponse(e)) {
                    since.set(0);
                }
            });
            return response.get(commandLimit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            giveUpIfSilent(connection);
            throw unavailable("no response within " + commandLimit.toMillis() + " ms", null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("the thread was interrupted", e);
        } catch (ExecutionException | RuntimeException e) {
            throw failed(connection, e);
        }
    }

    private void note(Event event) {
        if (event instanceof ReconnectFailedEvent failed) {
            // A try that the library below has broken off itself says nothing of the server.
            reconnectFailure = RedisErrors.first(failed.getCause()) instanceof IllegalStateException
                    ? reconnectFailure
                    : RedisErrors.text(failed.getCause());
        } else if (event instanceof ConnectionActivatedEvent) {
            reconnectFailure = null;
        }
    }

    private RedisUnavailableException failed(Commands connection, Exception e) {
        if (RedisErrors.isReadOnly(e)) {
            commands.giveUp(connection);
        }
        return RedisErrors.isResponse(e) || connection.connection().isOpen()
                ? unavailable(RedisErrors.text(e), RedisErrors.cause(e))
                : unavailable("the connection has ended, and there is no other yet" + reason(), RedisErrors.cause(e));
    }

    private String reason() {
        var known = reconnectFailure;
        return known == null ? "" : ": " + known;
    }

    private RedisUnavailableException unavailable(String text, @Nullable Throwable cause) {
        return new RedisUnavailableException("Redis at " + servers + ": " + text, cause);
    }

    private void giveUpIfSilent(Commands connection) {
        long since = silentSinceNanos.get();
        if (since != 0 && System.nanoTime() - since > silence.toNanos()) {
            commands.giveUp(connection);
        }
    }

    /** Ends both connections and all threads. Called again, it does nothing. */
    @Override
    public void close() {
        if (!isClosed.compareAndSet(false, true)) {
            return;
        }
        commands.close();
        waitFor(connector.client().shutdownAsync(QUIET.toMillis(), END.toMillis(), TimeUnit.MILLISECONDS));
        waitFor(resources.shutdown(QUIET.toMillis(), END.toMillis(), TimeUnit.MILLISECONDS));
    }

    private static void waitFor(Future<?> end) {
        try {
            end.get(2 * END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException ignored) {
            // All its threads are daemons.
        }
    }

    /** Returns how long nothing may come on a connection on which something was asked. */
    Duration silence() {
        return silence;
    }

    @Override
    public String toString() {
        return servers;
    }
}

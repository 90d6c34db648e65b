package io.apikit.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.auth.LoginStore.Listener;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the replicas let each other know: one connection with one channel for each part of a store. A message names the
 * replica that has sent it, which gets it as well and ignores it. Thread-safe.
 *
 * <p>Messages go out by a plain {@code PUBLISH}, also in a cluster. There each node passes them on to all others, so that
 * one connection to any node gets them, and a script on the node of a record may send them. Channels that belong to one
 * shard ({@code SPUBLISH}) exist since Redis 7 only, and only a script on the node of the channel could send to one.
 */
final class RedisMessages extends RedisPubSubAdapter<String, byte[]> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisMessages.class);

    private final Map<String, List<Member>> members = new ConcurrentHashMap<>();
    private final BackgroundConnection<StatefulRedisPubSubConnection<String, byte[]>> connection;
    private final Duration silence;
    private final AtomicReference<@Nullable Ping> lastPing = new AtomicReference<>();

    RedisMessages(RedisLink link) {
        this.connection = link.messages(this::opened);
        this.silence = link.silence();
    }

    /** A question whether a connection without messages is still there. */
    private record Ping(
            StatefulRedisPubSubConnection<String, byte[]> connection, RedisFuture<String> response, long sentNanos) {}

    /** One replica's listener, and the text that its own messages begin with. */
    static final class Member {
        private final byte[] sender;
        private final Listener listener;
        private volatile boolean isUsed;

        Member(String sender, Listener listener) {
            this.sender = sender.getBytes(ISO_8859_1);
            this.listener = listener;
        }

        /** From now on it can miss something. */
        void used() {
            isUsed = true;
        }

        /** Returns the message that a key has changed. */
        byte[] changed(String key) {
            return message('c', key.getBytes(UTF_8));
        }

        /** Returns the message with these bytes. */
        byte[] sent(byte[] content) {
            return message('m', content);
        }

        private byte[] message(char kind, byte[] content) {
            var message = Arrays.copyOf(sender, sender.length + 1 + content.length);
            message[sender.length] = (byte) kind;
            System.arraycopy(content, 0, message, sender.length + 1, content.length);
            return message;
        }

        private void receive(byte[] message) {
            int start = sender.length + 1;
            if (message.length < start || Arrays.equals(message, 0, start - 1, sender, 0, start - 1)) {
                return;
            }
            var content = Arrays.copyOfRange(message, start, message.length);
            switch (message[start - 1]) {
                case 'c' -> call(listener -> listener.changed(new String(content, UTF_8)));
                case 'm' -> call(listener -> listener.received(content));
                default -> log.debug("a message of an unknown kind");
            }
        }

        private void subscribed() {
            if (isUsed) {
                call(Listener::missed);
            }
            isUsed = true;
        }

        private void call(Consumer<Listener> event) {
            try {
                event.accept(listener);
            } catch (RuntimeException e) {
                log.warn("a listener of the store has failed", e);
            }
        }
    }

    void start() {
        connection.start();
    }

    void join(String channel, Member member) {
        members.computeIfAbsent(channel, absent -> new CopyOnWriteArrayList<>()).add(member);
        var current = connection.current();
        if (current != null) {
            subscribe(current, channel);
        }
    }

    void leave(String channel, Member member) {
        members.computeIfPresent(channel, (same, known) -> {
            known.remove(member);
            return known.isEmpty() ? null : known;
        });
        var current = connection.current();
        if (current != null && !members.containsKey(channel)) {
            attempt(() -> {
                var ignored = current.async().unsubscribe(channel);
            });
        }
    }

    private void opened(StatefulRedisPubSubConnection<String, byte[]> opened) {
        opened.addListener(this);
        for (var channel : members.keySet()) {
            subscribe(opened, channel);
        }
    }

    private static void subscribe(StatefulRedisPubSubConnection<String, byte[]> connection, String channel) {
        attempt(() -> {
            var ignored = connection.async().subscribe(channel).whenComplete((subscribed, e) -> {
                if (e != null && RedisErrors.isResponse(e)) {
                    log.warn(
                            "Redis gives no messages of other replicas, which are found out by asking: {}",
                            RedisErrors.cause(e).getMessage());
                }
            });
        });
    }

    /** Without a connection nothing is sent: all is subscribed again once there is one. */
    private static void attempt(Runnable command) {
        try {
            command.run();
        } catch (RuntimeException e) {
            log.debug("nothing was sent: {}", e.getMessage());
        }
    }

    /** Finds out, without waiting, whether the connection is alive; one that is silent is made anew. */
    void check() {
        var current = connection.current();
        var last = lastPing.get();
        if (current == null) {
            return;
        }
        if (last != null && last.connection() == current && !last.response().isDone()) {
            if (System.nanoTime() - last.sentNanos() > silence.toNanos()) {
                connection.giveUp(current);
            }
            return;
        }
        attempt(() -> lastPing.set(new Ping(current, current.async().ping(), System.nanoTime())));
    }

    @Override
    public void message(String channel, byte[] message) {
        members.getOrDefault(channel, List.of()).forEach(member -> member.receive(message));
    }

    /** At first, and again after each reconnect. */
    @Override
    public void subscribed(String channel, long count) {
        members.getOrDefault(channel, List.of()).forEach(Member::subscribed);
    }

    @Override
    public void close() {
        connection.close();
        members.clear();
    }
}

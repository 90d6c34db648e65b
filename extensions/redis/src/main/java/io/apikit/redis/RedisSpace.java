package io.apikit.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.apikit.auth.LoginStore.Alive;
import io.apikit.auth.LoginStore.Lease;
import io.apikit.auth.LoginStore.Listener;
import io.apikit.auth.LoginStore.Space;
import io.apikit.auth.LoginStore.Stored;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica's view of one part of a store. All times are those of the server's clock. Thread-safe.
 *
 * <p>A record and its lease are two keys with the same part in braces, so that a cluster has them in one place. A record is
 * a text of format, number, change and time of writing, followed by the value: one key with a plain value needs less memory
 * than a hash, and is gone when its life is over, though its lease is known for longer.
 */
final class RedisSpace implements Space {
    /** A lease is known for so long after its end, so that what its holder brings late is not taken. */
    private static final Duration LEASES_KEPT = Duration.ofDays(1);

    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final int ID_BYTES = 8;
    private static final Logger log = LoggerFactory.getLogger(RedisSpace.class);

    private final String name;
    private final String id;
    private final RedisLink link;
    private final RedisMessages messages;
    private final RedisMessages.Member member;
    private final RedisBuckets buckets;
    private final List<String> replicas;

    RedisSpace(String name, Listener listener, RedisLink link, RedisMessages messages) {
        this.name = name;
        this.id = randomId();
        this.link = link;
        this.messages = messages;
        this.member = new RedisMessages.Member(id, listener);
        this.replicas = List.of(name + ":replicas");
        this.buckets = new RedisBuckets(link, name + ":b:", replicas.get(0));
        messages.join(name, member);
    }

    private static String randomId() {
        var bytes = new byte[ID_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private String record(String key) {
        return name + ":{" + key + '}';
    }

    private String lease(String key) {
        return name + ":{" + key + "}l";
    }

    @Override
    public Optional<Stored> read(String key) {
        var response = run(RedisScript.READ, List.of(record(key)));
        return response.isEmpty()
                ? Optional.empty()
                : StoredText.parse((byte[]) response.get(1), number(response.get(0)));
    }

    @Override
    public Lease lease(String key, long above, Duration length) {
        var response = run(
                RedisScript.LEASE,
                List.of(record(key), lease(key)),
                bytes(above),
                bytes(millis(length)),
                bytes(millis(LEASES_KEPT)));
        return new Lease(number(response.get(0)), Duration.ofMillis(number(response.get(1))));
    }

    @Override
    public boolean extend(String key, long number, Duration length) {
        return isOne(run(
                RedisScript.EXTEND,
                List.of(lease(key)),
                bytes(number),
                bytes(millis(length)),
                bytes(millis(LEASES_KEPT))));
    }

    @Override
    public void release(String key, long number) {
        run(
                RedisScript.RELEASE,
                List.of(lease(key)),
                bytes(number),
                bytes(millis(LEASES_KEPT)),
                text(name),
                member.changed(key));
    }

    @Override
    public boolean write(String key, Stored record, Duration life) {
        return isOne(run(
                RedisScript.WRITE,
                List.of(record(key), lease(key)),
                bytes(record.format()),
                bytes(record.number()),
                bytes(record.change()),
                record.value(),
                bytes(millis(life)),
                bytes(millis(LEASES_KEPT)),
                text(name),
                member.changed(key)));
    }

    @Override
    public Duration take(String bucket, int demanded, int capacity, Duration refill) {
        return buckets.take(bucket, demanded, capacity, refill);
    }

    @Override
    public void giveBack(String bucket, int capacity, Duration refill) {
        buckets.giveBack(bucket, capacity, refill);
    }

    @Override
    public void send(byte[] message) {
        run(RedisScript.SEND, replicas, text(name), member.sent(message));
    }

    @Override
    public Alive alive(Duration life) {
        messages.check();
        long sent = System.nanoTime();
        var response = run(RedisScript.ALIVE, replicas, text(id), bytes(millis(life)));
        buckets.learn(number(response.get(2)), sent);
        return new Alive((int) number(response.get(1)), number(response.get(0)) == 1);
    }

    /** Waits for Redis at most as long as any command; a replica that cannot leave is not alive after its life. */
    @Override
    public void close() {
        messages.leave(name, member);
        try {
            link.run(RedisScript.LEAVE, replicas, text(id));
        } catch (RedisUnavailableException e) {
            log.debug("left without a word: {}", e.getMessage());
        }
    }

    private List<Object> run(RedisScript script, List<String> keys, byte[]... values) {
        member.used();
        return link.run(script, keys, values);
    }

    private static boolean isOne(List<Object> response) {
        return number(response.get(0)) == 1;
    }

    /** Returns a number of a response: a number of Redis, or its digits. */
    static long number(Object response) {
        return response instanceof byte[] digits ? Long.parseLong(new String(digits, US_ASCII)) : (Long) response;
    }

    private static byte[] bytes(long number) {
        return text(Long.toString(number));
    }

    private static byte[] text(String ascii) {
        return ascii.getBytes(US_ASCII);
    }

    /** Returns whole milliseconds, at least one: Redis refuses a life of zero. */
    private static long millis(Duration time) {
        if (time.compareTo(LONGEST) > 0) {
            return LONGEST.toMillis();
        }
        return Math.max(1, time.plusNanos(999_999).toMillis());
    }

    /** The text that a record is in Redis. */
    static final class StoredText {
        private static final int NUMBERS = 4;

        private StoredText() {}

        /** Returns the record; empty if the bytes are none, and were written by somebody else. */
        static Optional<Stored> parse(byte[] text, long nowMillis) {
            var numbers = new long[NUMBERS];
            int start = 0;
            for (int i = 0; i < NUMBERS; i++) {
                int end = start;
                while (end < text.length && text[end] != ' ') {
                    end++;
                }
                if (end == text.length) {
                    return Optional.empty();
                }
                try {
                    numbers[i] = Long.parseLong(new String(text, start, end - start, ISO_8859_1));
                } catch (NumberFormatException ignored) {
                    return Optional.empty();
                }
                start = end + 1;
            }
            var age = Duration.ofMillis(Math.max(0, nowMillis - numbers[3]));
            var value = Arrays.copyOfRange(text, start, text.length);
            return Optional.of(
                    new Stored((int) Math.min(numbers[0], Integer.MAX_VALUE), numbers[1], numbers[2], value, age));
        }
    }
}

package io.apikit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apikit.testkit.faulty.TcpProxy;
import io.apikit.testkit.redis.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The faults of a real server. Whatever it is, each request of a live session succeeds, new logins too, and afterwards a
 * fresh replica finds all logins in the store. The cases run at the same time, since they wait for most of it.
 */
@Timeout(60)
class StoreOutageTest {
    private static final int USERS = 4;

    @TempDir
    private static Path folder = Path.of("");

    private static final Map<Outage, Future<?>> CASES = new EnumMap<>(Outage.class);
    private static TokenSite site;
    private static ExecutorService threads;

    /** What happens to the server, and how it ends. */
    private enum Outage {
        KILLED(true) {
            @Override
            void begin(Case the) {
                the.redis.kill();
            }

            @Override
            void end(Case the) {
                the.redis.restart();
            }
        },
        PAUSED(true) {
            @Override
            void begin(Case the) {
                // It ends by itself: a paused server takes no command that would end it.
                the.redis.command("CLIENT", "PAUSE", "3000", "ALL");
            }

            @Override
            void end(Case the) {
                // As above.
            }
        },
        STOPPED(true) {
            @Override
            void begin(Case the) {
                the.redis.pause();
            }

            @Override
            void end(Case the) {
                the.redis.resume();
            }
        },
        FAR(true) {
            @Override
            void begin(Case the) {
                the.proxy.delay(Duration.ofMillis(150));
            }

            @Override
            void end(Case the) {
                the.proxy.delay(Duration.ZERO);
            }
        },
        FULL(true) {
            @Override
            void begin(Case the) {
                the.redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
                the.redis.command("CONFIG", "SET", "maxmemory", "1");
            }

            @Override
            void end(Case the) {
                the.redis.command("CONFIG", "SET", "maxmemory", "0");
            }
        },
        EVICTED(false) {
            @Override
            void begin(Case the) {
                var used = Long.parseLong(the.redis
                        .command("INFO", "memory")
                        .lines()
                        .filter(line -> line.startsWith("used_memory:"))
                        .findFirst()
                        .orElseThrow()
                        .substring("used_memory:".length())
                        .strip());
                the.redis.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
                the.redis.command("CONFIG", "SET", "maxmemory", String.valueOf(used + 100_000));
                for (var i = 0; i < 40; i++) {
                    the.redis.command("SET", "of-others-" + i, "x".repeat(10_000));
                }
                assertThat(the.redis.command("INFO", "stats")).doesNotContain("evicted_keys:0");
            }

            @Override
            void end(Case the) {
                the.redis.command("CONFIG", "SET", "maxmemory", "0");
                the.reconciledBefore = the.first.count("reconciled");
                the.redis.command("FLUSHALL");
            }
        },
        FLUSHED(false) {
            @Override
            void begin(Case the) {
                the.redis.command("FLUSHALL");
            }

            @Override
            void end(Case the) {
                // It is over at once.
            }
        },
        RESTARTED_EMPTY(false) {
            @Override
            void begin(Case the) {
                the.redis.restart();
            }

            @Override
            void end(Case the) {
                // It is over at once.
            }
        },
        FAILED_OVER(false) {
            @Override
            void begin(Case the) {
                the.redis.kill();
                the.proxy.moveTo(the.follower.port());
            }

            @Override
            void end(Case the) {
                // It is over at once.
            }
        };

        /** Whether it lasts until it is ended. */
        private final boolean lasts;

        Outage(boolean lasts) {
            this.lasts = lasts;
        }

        abstract void begin(Case the);

        abstract void end(Case the);
    }

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(RedisServer.isInstalled(), RedisServer.MISSING);
        var key = folder.resolve("store.key");
        var secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        Files.write(key, secret);
        site = new TokenSite();
        threads = Executors.newCachedThreadPool();
        for (var outage : Outage.values()) {
            CASES.put(outage, threads.submit(() -> {
                try (var one = new Case(outage, key)) {
                    one.run();
                }
                return null;
            }));
        }
    }

    @AfterAll
    static void end() {
        if (threads != null) {
            threads.shutdownNow();
            site.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void liveSessionsGoOnAndNewOnesLogIn(Outage outage) throws Exception {
        try {
            Objects.requireNonNull(CASES.get(outage)).get(50, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(outage + ": " + e.getCause(), e.getCause());
        }
    }

    /** One server, and the replicas before it. */
    private static final class Case implements AutoCloseable {
        private final Outage outage;
        private final Path key;
        private final RedisServer redis = RedisServer.start();
        private final RedisServer follower = RedisServer.start();
        private final TcpProxy proxy = TcpProxy.to(redis.port());
        private final Replica first;
        private double reconciledBefore;
        private final List<String> timed;
        private final List<String> rejected;
        private final List<String> quiet;
        private final List<String> fresh;

        private Case(Outage outage, Path key) {
            this.outage = outage;
            this.key = key;
            this.timed = users("timed");
            this.rejected = users("rejected");
            this.quiet = users("quiet");
            this.fresh = users("fresh");
            this.first = replica(RedisLink.COMMAND);
        }

        private Replica replica(Duration commandLimit) {
            var store = RedisLoginStore.builder("redis://127.0.0.1:" + proxy.port())
                    .commandLimit(commandLimit)
                    .build();
            return new Replica(site, store, key);
        }

        private List<String> users(String kind) {
            return IntStream.range(0, USERS)
                    .mapToObj(i -> outage + "-" + kind + "-" + i)
                    .toList();
        }

        private void run() throws Exception {
            follow();
            for (var user : concat(timed, rejected, quiet)) {
                assertThat(first.call(user).text()).isEqualTo(user);
            }
            var written = 3.0 * USERS;
            Replica.await("written", () -> first.written() >= written);
            loseWhatIsLast();
            reconciledBefore = first.count("reconciled");
            outage.begin(this);
            first.pass(TokenSite.LIFE);
            rejected.forEach(site::expire);
            var calls = new ArrayList<Replica.Called>();
            for (var user : concat(timed, rejected, quiet, fresh)) {
                calls.add(first.call(user));
            }
            assertThat(calls).allSatisfy(call -> assertThat(call.status()).isEqualTo(200));
            assertThat(calls.stream().map(Replica.Called::text)).isEqualTo(concat(timed, rejected, quiet, fresh));
            assertInTime(calls);
            if (outage.lasts) {
                Replica.await("away", () -> first.up() == 0);
                assertThat(first.isStoreReachable()).isFalse();
                assertThat(first.count("failures")).isPositive();
                assertThat(first.count("skipped")).isPositive();
            }
            outage.end(this);
            assertReconciled();
        }

        /** Has the follower get all that is written, so far. */
        private void follow() throws InterruptedException {
            if (outage == Outage.FAILED_OVER) {
                follower.command("REPLICAOF", "127.0.0.1", String.valueOf(redis.port()));
                Replica.await(
                        "following",
                        () -> follower.command("INFO", "replication").contains("master_link_status:up"));
            }
        }

        /** The logins that come now are not in the follower. */
        private void loseWhatIsLast() throws InterruptedException {
            if (outage != Outage.FAILED_OVER) {
                return;
            }
            Replica.await("followed", () -> follower.command("DBSIZE").equals(redis.command("DBSIZE")));
            follower.command("REPLICAOF", "NO", "ONE");
            rejected.forEach(site::expire);
            rejected.forEach(first::call);
            var written = 4.0 * USERS;
            Replica.await("written again", () -> first.written() >= written);
        }

        /** No call waits for more than one command in vain, and once the store is known to be away, none waits. */
        private void assertInTime(List<Replica.Called> calls) {
            var millis = calls.stream().map(Replica.Called::millis).sorted().toList();
            assertThat(millis.get(millis.size() / 2)).as("median of %s", millis).isLessThan(200);
            assertThat(millis.get(millis.size() - 1))
                    .as("longest of %s", millis)
                    .isLessThan(2_000);
            assertThat(first.failuresOfCommands()).isLessThanOrEqualTo(3.0 * USERS);
        }

        private void assertReconciled() throws InterruptedException {
            Replica.await("back", () -> first.up() == 1);
            var known = outage.lasts ? 4.0 * USERS : 3.0 * USERS;
            Replica.await("reconciled", () -> first.count("reconciled") >= reconciledBefore + known);
            var all = concat(timed, rejected, quiet, fresh);
            var before = all.stream().map(site::logins).toList();
            // What it finds does not depend on how busy the machine is.
            try (var second = replica(Duration.ofSeconds(10))) {
                assertThat(all.stream().map(user -> second.call(user).text())).isEqualTo(all);
            }
            assertThat(all.stream().map(site::logins)).isEqualTo(before);
        }

        @SafeVarargs
        @SuppressWarnings("varargs") // they are read alone
        private static List<String> concat(List<String>... lists) {
            return Stream.of(lists).flatMap(List::stream).toList();
        }

        @Override
        public void close() {
            first.close();
            proxy.close();
            redis.close();
            follower.close();
        }
    }
}

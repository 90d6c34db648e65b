package io.apikit.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** AOT caches of the JVM, each made by a training run of the same command line that is measured later. */
final class AotCache {
    /** The first release that makes a cache in one step. */
    private static final int FIRST_JDK = 25;

    private static final long TRAINING_REQUESTS = 10_000;

    /** At its end the JVM starts another one that writes the cache. */
    private static final Duration LONGEST_END = Duration.ofMinutes(3);

    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int FIRST_SERVER_ERROR = 500;

    private final Bench bench;
    private final Launched backend;

    AotCache(Bench bench, Launched backend) {
        this.bench = bench;
        this.backend = backend;
    }

    /** Returns a contender that uses a new cache. Throws if no cache was written, or if the JVM does not use it. */
    Contender trained(Contender contender) {
        if (!contender.candidate().isJava() || Runtime.version().feature() < FIRST_JDK) {
            throw new BenchFailure(contender.label() + ": only Java from " + FIRST_JDK + " on has an AOT cache");
        }
        var file = bench.out().resolve(contender.label().replaceAll("[^A-Za-z0-9]+", "-") + ".aot");
        Bench.say("an AOT cache is made for " + contender.label());
        train(contender, file);
        var using = contender.withFlag("-XX:AOTCache=" + file);
        check(using);
        return using;
    }

    private void train(Contender contender, Path file) {
        delete(file);
        var service = contender.withFlag("-XX:AOTCacheOutput=" + file).start(backend, bench);
        try (service) {
            service.ready(Workload.WRAPPED);
            bench.requests(TRAINING_REQUESTS).drive(Workload.WRAPPED, service.port());
            expect(service, UNAUTHORIZED, Workload.WRAPPED.path(), "Basic bm9ib2R5Ondyb25n");
            expect(service, NOT_FOUND, "/no/such/path/here", Workload.WRAPPED.authorization(0));
            expect(service, FIRST_SERVER_ERROR, "/broken/coverage", Workload.WRAPPED.authorization(0));
            service.close(LONGEST_END);
        }
        if (!Files.isRegularFile(file)) {
            throw service.failure("wrote no AOT cache at its end");
        }
    }

    /** A backend's 500 may be passed on as another error of the server. */
    private static void expect(Launched service, int status, String path, String authorization) {
        int returned = service.get(path, authorization).statusCode();
        if (returned != status && !(status == FIRST_SERVER_ERROR && returned > status)) {
            throw service.failure("was not trained: returned " + returned + " to " + path + ", not " + status);
        }
    }

    /** With this mode the JVM ends at once if it cannot use the cache. */
    private void check(Contender using) {
        try (var service = using.withFlag("-XX:AOTMode=on").start(backend, bench)) {
            Workload.WRAPPED.check(service.ready(Workload.WRAPPED));
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

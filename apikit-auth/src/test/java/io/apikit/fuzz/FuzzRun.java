package io.apikit.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the cases of one fuzzer for the set time, several at once, and reports a line a minute. All of a case follows
 * from the seed and its number, so that one case can be run again alone.
 */
final class FuzzRun {
    private static final Logger log = LoggerFactory.getLogger(FuzzRun.class);

    /** The longest that a case may take after the end of the time: more than all its own limits together. */
    private static final long MOST_AFTER_END_S = 90;

    /** Runs one case. What it throws is a finding. */
    interface Body {
        void run(FuzzCase one) throws Exception;
    }

    private final String fuzzer;
    private final FuzzSettings settings = FuzzSettings.ofSystemProperties();
    private final Tally tally = new Tally();
    private final Findings findings;
    private final Set<FuzzCase> underWay = ConcurrentHashMap.newKeySet();

    FuzzRun(Class<?> fuzzer) {
        this.fuzzer = fuzzer.getSimpleName();
        this.findings = new Findings(this.fuzzer, tally);
    }

    FuzzSettings settings() {
        return settings;
    }

    Tally tally() {
        return tally;
    }

    Findings findings() {
        return findings;
    }

    /** Returns the numbers of the cases that run now. */
    List<Long> underWay() {
        return underWay.stream().map(FuzzCase::number).toList();
    }

    /** Runs the cases beside honest callers of the app on this port. */
    void runBeside(HonestCallers.Question question, int port, Body body) throws InterruptedException {
        var honest = new HonestCallers(this, port, question);
        try {
            run(body);
        } finally {
            honest.stop();
        }
    }

    /** Runs the cases of all seeds, or the one that was asked for. */
    private void run(Body body) throws InterruptedException {
        for (var part : settings.parts()) {
            log.info("{}: seed {} for {}", fuzzer, part.seed(), part.length());
            if (settings.onlyCase() >= 0) {
                runOne(body, new FuzzCase(part.seed(), settings.onlyCase(), tally));
            } else {
                run(body, part);
            }
            log.info("{}: seed {} is over: {}", fuzzer, part.seed(), tally);
        }
    }

    private void run(Body body, FuzzSettings.Part part) throws InterruptedException {
        long end = System.nanoTime() + part.length().toNanos();
        var next = new AtomicLong();
        var workers = new ArrayList<Thread>();
        for (int i = 0; i < settings.threads(); i++) {
            var worker = new Thread(() -> work(body, part.seed(), next, end), "fuzz-worker-" + i);
            worker.setDaemon(true);
            worker.start();
            workers.add(worker);
        }
        for (var worker : workers) {
            awaitEnd(worker, end);
        }
    }

    private void work(Body body, long seed, AtomicLong next, long end) {
        while (System.nanoTime() < end && !findings.isFull()) {
            runOne(body, new FuzzCase(seed, next.getAndIncrement(), tally));
        }
    }

    private void runOne(Body body, FuzzCase one) {
        underWay.add(one);
        try {
            body.run(one);
        } catch (Exception | AssertionError | StackOverflowError e) {
            findings.add(one, e);
        } finally {
            underWay.remove(one);
            tally.caseEnded();
        }
    }

    private void awaitEnd(Thread worker, long end) throws InterruptedException {
        long lastLine = System.nanoTime();
        while (worker.isAlive() && System.nanoTime() - end < TimeUnit.SECONDS.toNanos(MOST_AFTER_END_S)) {
            worker.join(200);
            if (System.nanoTime() - lastLine > TimeUnit.MINUTES.toNanos(1)) {
                lastLine = System.nanoTime();
                log.info("{}: {}", fuzzer, tally);
            }
        }
        if (worker.isAlive()) {
            findings.add("cases " + underWay() + " do not end: " + List.of(worker.getStackTrace()));
        }
    }
}

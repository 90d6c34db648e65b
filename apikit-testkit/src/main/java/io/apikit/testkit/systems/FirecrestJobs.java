package io.apikit.testkit.systems;

import io.apikit.testkit.internal.BoundedMap;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The jobs of all systems. A job runs until it is cancelled. The last 1,000 are kept. Thread-safe. */
final class FirecrestJobs {
    /** A job, on the system of this name. Its id is a number. */
    record Job(String id, String owner, String system, String name, String directory, Instant start, String state) {
        private Job cancelled() {
            return new Job(id, owner, system, name, directory, start, "CANCELLED");
        }

        boolean isRunning() {
            return state.equals("RUNNING");
        }

        private boolean isOf(String client, String name) {
            return owner.equals(client) && system.equals(name);
        }
    }

    private static final int MOST = 1_000;

    private final BoundedMap<Job> jobs = new BoundedMap<>(MOST);
    private final AtomicInteger last = new AtomicInteger();
    private final InstantSource clock;

    FirecrestJobs(InstantSource clock) {
        this.clock = clock;
    }

    Job submit(String owner, String system, String name, String directory) {
        String id = String.valueOf(last.incrementAndGet());
        Job job = new Job(id, owner, system, name, directory, clock.instant(), "RUNNING");
        jobs.put(id, job);
        return job;
    }

    /** Returns the jobs of this client on this system, the oldest first. */
    List<Job> of(String client, String system) {
        return jobs.all().stream().filter(job -> job.isOf(client, system)).toList();
    }

    /** Returns a job of this client on this system, running or not. */
    Optional<Job> one(String client, String system, String id) {
        return jobs.get(id).filter(job -> job.isOf(client, system));
    }

    /** Cancels a job that runs. Returns false if there is none. */
    boolean cancel(String client, String system, String id) {
        Optional<Job> running = one(client, system, id).filter(Job::isRunning);
        running.ifPresent(job -> jobs.put(id, job.cancelled()));
        return running.isPresent();
    }
}

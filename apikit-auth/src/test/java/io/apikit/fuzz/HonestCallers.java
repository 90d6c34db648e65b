package io.apikit.fuzz;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Callers who do nothing wrong, beside all cases. Each of their requests has its own user's data, in time. */
final class HonestCallers {
    /** Far more than a request takes, so that a loaded machine does not count. */
    private static final int MOST_MILLIS = 20_000;

    /** What all of them send in a second. */
    private static final int REQUESTS_A_SECOND = 100;

    /** Writes the request of a user: a path, and header lines with line breaks. */
    interface Question {
        String request(String user, int round);
    }

    private final FuzzRun run;
    private final int port;
    private final Question question;
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    /** Starts them. */
    HonestCallers(FuzzRun run, int port, Question question) {
        this.run = run;
        this.port = port;
        this.question = question;
        int count = run.settings().honestCallers();
        for (int i = 0; i < count; i++) {
            var user = Secrets.user("honest", i);
            var thread = new Thread(() -> call(user, count), "fuzz-honest-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    private void call(String user, int count) {
        long pause = 1_000L * count / REQUESTS_A_SECOND;
        try (var client = new WireClient(port, MOST_MILLIS)) {
            for (int round = 0; !over.await(pause, TimeUnit.MILLISECONDS); round++) {
                callOnce(client, user, round);
            }
        } catch (IOException | InterruptedException e) {
            run.findings().add("an honest caller could not go on: " + e);
        }
    }

    private void callOnce(WireClient client, String user, int round) {
        var request = question.request(user, round);
        try {
            var response = client.ask(request);
            var isServed = response.status() == 200 && response.body().contains(Secrets.canary(user));
            if (isServed && Secrets.owners(response.text()).size() == 1) {
                run.tally().honestServed();
            } else {
                report(request, "got " + Secrets.masked(response.text(), 600));
            }
        } catch (IOException | RuntimeException e) {
            report(request, "got no response: " + e);
        }
    }

    private void report(String request, String what) {
        run.findings().add("an honest caller was not served: " + Secrets.masked(request, 200) + "\n    " + what);
    }

    /** Ends them, and waits for their last responses. */
    void stop() {
        over.countDown();
        try {
            for (var thread : threads) {
                thread.join(2 * MOST_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (run.tally().honest() == 0 && run.settings().onlyCase() < 0) {
            run.findings().add("no honest caller was served");
        }
    }
}

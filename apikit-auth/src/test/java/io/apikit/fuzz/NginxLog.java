package io.apikit.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Reads nginx's access log while it grows. Nothing in it is outside the folder of its route. */
final class NginxLog {
    private static final Pattern LINE = Pattern.compile("(\\d+) \"(.*)\" \"(.*)\"");
    private static final Pattern ROOTED = Pattern.compile(".*[?&]c=r[0-9]*");

    private final FuzzRun run;
    private final Path file;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread reader = new Thread(this::read, "fuzz-nginx-log");

    NginxLog(FuzzRun run, Path file) {
        this.run = run;
        this.file = file;
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (var lines = Files.newBufferedReader(file, ISO_8859_1)) {
            boolean isLast = false;
            while (!isLast) {
                isLast = over.await(100, TimeUnit.MILLISECONDS);
                judgeAll(lines);
            }
        } catch (IOException | InterruptedException e) {
            run.findings().add("nginx's log cannot be read: " + e);
        }
    }

    private void judgeAll(BufferedReader lines) throws IOException {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var parsed = LINE.matcher(line);
            if (parsed.matches() && !isTooLong(parsed.group(1))) {
                judge(parsed.group(2), parsed.group(3));
            }
        }
    }

    /** Of a request line that is longer than its buffer, nginx knows no path. */
    private static boolean isTooLong(String status) {
        return status.equals("414");
    }

    private void judge(String path, String target) {
        run.tally().checked();
        run.tally().count("asked nginx");
        var folder = ROOTED.matcher(target).matches() ? "/files" : "/base/files";
        if (!path.startsWith(folder)) {
            run.findings()
                    .add("nginx was asked for a path outside " + folder + "\n    " + path + "\n    by "
                            + Secrets.masked(target, 2_000));
        }
    }

    /** Reads what is there, and ends. */
    void readAll() {
        over.countDown();
        try {
            reader.join(TimeUnit.SECONDS.toMillis(60));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.apikit.bench.load;

import io.apikit.bench.load.report.Figure;
import io.apikit.bench.load.report.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Callers who come and go at a steady rate: each has credentials and a connection of its own, sends two requests and does not
 * return. Once a minute the heap is collected and measured. When all that is bounded is full, nothing may grow any more.
 */
final class Soak implements Experiment {
    private static final int CALLERS_PER_MINUTE = 10_000;
    private static final int OK = 200;

    /**
     * The first minute fills the pool of 10,000 sessions, ten fill what the library remembers of 100,000 names to limit
     * guesses.
     */
    private static final int MINUTES_TO_FILL = 12;

    private static final int FEWEST_TO_JUDGE = 3;

    /** 52 bytes for each caller, far less than a session. */
    private static final double MOST_HEAP_GROWTH = 0.5;

    private static final double MOST_OTHER_GROWTH = 1;
    private static final Figure HEAP = new Figure("heap after a collection", "MiB", 1, false);
    private static final Figure RSS = new Figure("RSS", "MiB", 0, false);
    private static final Figure THREADS = new Figure("threads", "", 0, false);
    private static final Figure FILES = new Figure("open files", "", 0, false);
    private static final String BAR =
            "in each minute after the first 12 at most 0.5 MiB more heap, 1 more thread and 1 more open file";
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    private final Bench bench;
    private final Contender contender;
    private final int minutes;
    private final Map<Figure, List<Double>> samples = new LinkedHashMap<>();

    Soak(Bench bench, Contender contender, int minutes) {
        this.bench = bench;
        this.contender = contender;
        this.minutes = minutes;
    }

    @Override
    public String amount() {
        return minutes + " minutes of " + CALLERS_PER_MINUTE + " new callers each, 2 requests and a connection each";
    }

    @Override
    public Estimate estimate() {
        return new Estimate(1, 0, Duration.ofMinutes(minutes).toSeconds());
    }

    @Override
    public Findings measure(Launched backend) {
        try (var service = contender.start(backend, bench).ready()) {
            for (int minute = 0; minute < minutes; minute++) {
                drive(service, minute * CALLERS_PER_MINUTE);
                sample(service);
                Bench.say("minute " + (minute + 1) + ": " + latest());
            }
        }
        var rows = new ArrayList<Row>();
        samples.forEach((figure, figures) -> rows.add(Row.alone(contender.label(), figure, figures)));
        samples.forEach((figure, figures) ->
                rows.add(Row.alone(contender.label(), perMinute(figure), List.of(slope(settled(figures))))));
        return new Findings(rows, List.of(bar()));
    }

    private static Figure perMinute(Figure figure) {
        return new Figure(
                figure.name() + ", growth", figure.unit().isEmpty() ? "/min" : figure.unit() + "/min", 2, false);
    }

    private void drive(Launched service, int firstCaller) {
        var interval = Duration.ofMinutes(1).toNanos() / CALLERS_PER_MINUTE;
        long start = System.nanoTime();
        for (int i = 0; i < CALLERS_PER_MINUTE; i++) {
            var early = start + i * interval - System.nanoTime();
            if (early > 0) {
                Pause.of(Duration.ofNanos(early).plusMillis(1));
            }
            call(service, Workload.WRAPPED.authorization(firstCaller + i));
        }
    }

    private static void call(Launched service, String authorization) {
        var request = ByteBuffer.wrap(Workload.WRAPPED.request(service.port(), authorization));
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port());
        try (var channel = SocketChannel.open(address)) {
            var connection = new SwarmConnection(channel);
            for (int i = 0; i < 2; i++) {
                connection.send(request);
                int status = connection.read();
                while (status == 0) {
                    status = connection.read();
                }
                if (status != OK) {
                    throw service.failure("returned " + status + " to a new caller");
                }
            }
        } catch (IOException e) {
            throw service.failure("did not serve a new caller: " + e);
        }
    }

    private void sample(Launched service) {
        jcmd(service, "GC.run");
        keep(HEAP, usedMiB(jcmd(service, "GC.heap_info")));
        var account = ProcessAccount.of(service.handle());
        keep(RSS, account.rssMiB());
        keep(THREADS, count(service, "task"));
        keep(FILES, count(service, "fd"));
    }

    private void keep(Figure figure, double value) {
        samples.computeIfAbsent(figure, unmeasured -> new ArrayList<>()).add(value);
    }

    private String latest() {
        var latest = new LinkedHashMap<String, Double>();
        samples.forEach((figure, figures) -> latest.put(figure.name(), figures.get(figures.size() - 1)));
        return latest.toString();
    }

    private static String jcmd(Launched service, String command) {
        var jcmd = Path.of(Bench.JAVA).resolveSibling("jcmd").toString();
        return Tool.output(List.of(jcmd, String.valueOf(service.pid()), command));
    }

    /** Adds the generations of the heap, and leaves out what is beside it. */
    static double usedMiB(String heapInfo) {
        return heapInfo.lines()
                .filter(line -> !line.contains("Metaspace") && !line.contains("class space"))
                .flatMap(line -> USED.matcher(line).results())
                .mapToDouble(used -> Double.parseDouble(used.group(1)) / 1024)
                .sum();
    }

    private static double count(Launched service, String what) {
        try (var entries = Files.list(Path.of("/proc", String.valueOf(service.pid()), what))) {
            return (double) entries.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Double> settled(List<Double> figures) {
        return figures.subList(Math.min(MINUTES_TO_FILL, figures.size()), figures.size());
    }

    /** Returns the slope of the straight line with the least squared distance; NaN for too few figures. */
    static double slope(List<Double> figures) {
        int count = figures.size();
        if (count < FEWEST_TO_JUDGE) {
            return Double.NaN;
        }
        var meanX = (count - 1) / 2.0;
        var meanY = figures.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        var products = IntStream.range(0, count)
                .mapToDouble(x -> (x - meanX) * (figures.get(x) - meanY))
                .sum();
        var squares = IntStream.range(0, count)
                .mapToDouble(x -> (x - meanX) * (x - meanX))
                .sum();
        return products / squares;
    }

    private String bar() {
        var met = growth(HEAP) <= MOST_HEAP_GROWTH
                && growth(THREADS) <= MOST_OTHER_GROWTH
                && growth(FILES) <= MOST_OTHER_GROWTH;
        if (Double.isNaN(growth(HEAP))) {
            return "- " + contender.label() + ", " + minutes + " minutes; too short to judge: " + BAR + "\n";
        }
        return Bar.line(met, contender.label() + ", " + minutes + " minutes", BAR);
    }

    private double growth(Figure figure) {
        return slope(settled(samples.getOrDefault(figure, List.of())));
    }
}

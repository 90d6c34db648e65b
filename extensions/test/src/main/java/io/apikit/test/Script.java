package io.apikit.test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the backend responds with, and which requests it has received. Thread-safe. */
final class Script {
    private static final int MOST_REQUESTS = 10_000;

    private final Map<RouteKey, Responses> routes = new LinkedHashMap<>();
    private final Deque<Taken> requests = new ArrayDeque<>();
    private final Responses all = new Responses();
    private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();

    /** A request, and the route that has taken it; none for one that nothing is scripted for. */
    private record Taken(RecordedRequest request, Optional<RouteKey> route) {}

    /** Changes a route. It is the one that was scripted last then. */
    synchronized void change(RouteKey key, Consumer<Responses> change) {
        var route = Optional.ofNullable(routes.remove(key)).orElseGet(Responses::new);
        change.accept(route);
        routes.put(key, route);
    }

    /** Changes what all routes have in common. */
    synchronized void changeAll(Consumer<Responses> change) {
        change.accept(all);
    }

    /** Returns whether a route takes the request. It is not recorded. */
    synchronized boolean takes(RecordedRequest request) {
        return route(request).isPresent();
    }

    /**
     * Records the request, and returns its response. A function of the test is called without a lock. What it throws is kept:
     * the service makes an error of the 500, which a test may not look at.
     */
    ScriptedResponse respond(RecordedRequest request) {
        var step = record(request);
        try {
            return step.function().apply(step.request()).after(step.delay());
        } catch (RuntimeException | AssertionError e) {
            broken.compareAndSet(null, e);
            return ScriptedResponse.of(500, "the scripted function failed: " + e, "text/plain; charset=utf-8");
        }
    }

    /** What to do with one request. */
    private record Step(
            RecordedRequest request, Function<RecordedRequest, ScriptedResponse> function, Duration delay) {}

    private synchronized Step record(RecordedRequest plain) {
        var key = route(plain);
        var request = key.flatMap(found -> found.match(plain)).map(plain::with).orElse(plain);
        var own = key.map(routes::get);
        var response = all.next().or(() -> own.flatMap(Responses::next));
        if (requests.size() == MOST_REQUESTS) {
            requests.removeFirst();
        }
        requests.addLast(new Taken(request, response.isPresent() ? key.or(() -> Optional.of(ALL)) : Optional.empty()));
        var delay = all.delay.plus(own.map(route -> route.delay).orElse(Duration.ZERO));
        return new Step(request, response.orElse(this::unscripted), delay);
    }

    /** Stands for the route of a request that failed with the whole backend. */
    private static final RouteKey ALL = RouteKey.of("ANY", "/*");

    private Optional<RouteKey> route(RecordedRequest request) {
        var newestFirst = new ArrayList<>(routes.keySet());
        Collections.reverse(newestFirst);
        return newestFirst.stream()
                .filter(key -> key.match(request).isPresent())
                .max(Comparator.comparingInt(RouteKey::weight).thenComparingInt(key -> -newestFirst.indexOf(key)));
    }

    private ScriptedResponse unscripted(RecordedRequest request) {
        return ScriptedResponse.of(
                404, "nothing is scripted for " + request.line() + "\n" + scripted(), "text/plain; charset=utf-8");
    }

    synchronized List<RecordedRequest> requests(RouteKey key) {
        return requests.stream()
                .filter(taken -> taken.route().filter(key::equals).isPresent())
                .map(Taken::request)
                .toList();
    }

    synchronized List<RecordedRequest> requests() {
        return requests.stream().map(Taken::request).toList();
    }

    synchronized List<RecordedRequest> unscripted() {
        return requests.stream()
                .filter(taken -> taken.route().isEmpty())
                .map(Taken::request)
                .toList();
    }

    /** Returns what the first function of the test that failed has thrown. */
    Optional<Throwable> broken() {
        return Optional.ofNullable(broken.get());
    }

    /** Returns a line for each route, with the number of its requests. */
    synchronized String scripted() {
        if (routes.isEmpty()) {
            return "scripted: nothing";
        }
        return routes.keySet().stream()
                .map(key -> "  " + key + " (requests: " + requests(key).size() + ")")
                .collect(Collectors.joining("\n", "scripted:\n", ""));
    }

    /** Forgets everything. */
    synchronized void reset() {
        routes.clear();
        requests.clear();
        broken.set(null);
        all.failures.clear();
        all.delay = Duration.ZERO;
    }

    /** The responses of one route, or the failures of all. Guarded by the script's lock. */
    static final class Responses {
        private final Deque<ScriptedResponse> failures = new ArrayDeque<>();
        private final Deque<Function<RecordedRequest, ScriptedResponse>> sequence = new ArrayDeque<>();
        private Duration delay = Duration.ZERO;

        void answers(Function<RecordedRequest, ScriptedResponse> response) {
            sequence.clear();
            sequence.add(response);
        }

        void then(Function<RecordedRequest, ScriptedResponse> response) {
            sequence.add(response);
        }

        void failNext(int times, ScriptedResponse response) {
            for (int i = 0; i < times; i++) {
                failures.add(response);
            }
        }

        void retryAfter(Duration pause) {
            var changed =
                    failures.stream().map(failure -> failure.retryAfter(pause)).toList();
            failures.clear();
            failures.addAll(changed);
        }

        void slow(Duration longer) {
            delay = longer;
        }

        private Optional<Function<RecordedRequest, ScriptedResponse>> next() {
            var failure = failures.poll();
            if (failure != null) {
                return Optional.of(request -> failure);
            }
            return Optional.ofNullable(sequence.size() > 1 ? sequence.poll() : sequence.peek());
        }
    }
}

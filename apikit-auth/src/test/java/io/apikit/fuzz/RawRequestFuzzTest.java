package io.apikit.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests of every shape, and of none, to a service with all modes. */
@Tag("thorough")
class RawRequestFuzzTest {
    /** More than all limits of a request together. A request that is not over by then hangs. */
    private static final int MOST_MILLIS = 30_000;

    private static final List<String> HONEST = List.of("basic", "token", "proxy", "bearer");

    /** What these faults of a request are by RFC 9110: no fault of the service. */
    private static final Set<Integer> NOT_OURS = Set.of(501, 505);

    private final FuzzRun run = new FuzzRun(RawRequestFuzzTest.class);

    @Test
    void noRequestBreaksTheServiceOrItsOtherCallers() throws Exception {
        LogWatch.over(run).during(this::runAll);
    }

    private void runAll(Leftovers leftovers) throws Exception {
        try (var backend = new HonestBackend(HonestBackend.Alteration.NONE);
                var service = new FuzzedService(backend)) {
            run.runBeside(RawRequestFuzzTest::question, service.port(), one -> send(one, service.port()));
            leftovers.assertIdle(service.app());
        }
        leftovers.assertNoThreads();
    }

    static String question(String user, int round) {
        var mode = HONEST.get(round % HONEST.size());
        var authorization = mode.equals("bearer") ? "Bearer " + Secrets.token("br", user) : Secrets.basic(user);
        return "GET /" + mode + "/whoami HTTP/1.1\r\nHost: fuzzed\r\nAuthorization: " + authorization + "\r\n\r\n";
    }

    private static void send(FuzzCase one, int port) throws IOException, InterruptedException {
        var dice = one.dice();
        var user = Secrets.user(dice.of("malry", "trudy"), dice.below(40));
        if (dice.perMille(2)) {
            new DrippingRequest(one, user).send(port);
            return;
        }
        var requests = new StringBuilder();
        int count = dice.percent(80) ? 1 : dice.between(2, 4);
        for (int i = 0; i < count; i++) {
            requests.append(new RequestGrammar(dice, user).request());
        }
        var bytes = requests.toString().getBytes(ISO_8859_1);
        var sent = dice.percent(45) ? ByteMutator.mutated(bytes, dice) : bytes;
        one.sent("request", sent);
        try (var socket = WireClient.open(port, MOST_MILLIS)) {
            write(socket, sent, dice);
            if (dice.percent(4)) {
                socket.setSoLinger(true, dice.of(0, 1));
                one.count("left");
                return;
            }
            read(one, socket, user, new String(sent, ISO_8859_1));
        }
    }

    /** Writes at once or in pieces, and ends the output. The server may close before that. */
    private static void write(Socket socket, byte[] bytes, Dice dice) throws InterruptedException {
        int pieces = dice.percent(85) ? 1 : dice.between(2, 8);
        int pause = dice.percent(90) ? 0 : dice.between(1, 10);
        try {
            var out = socket.getOutputStream();
            for (int i = 0; i < pieces; i++) {
                int from = (int) ((long) bytes.length * i / pieces);
                int to = (int) ((long) bytes.length * (i + 1) / pieces);
                out.write(bytes, from, to - from);
                if (pieces > 1 && pause > 0) {
                    Thread.sleep(pause);
                }
            }
            socket.shutdownOutput();
        } catch (IOException ignored) {
            // What the server has sent before it closed is read anyway.
        }
    }

    private static void read(FuzzCase one, Socket socket, String user, String sent) throws IOException {
        var in = new BufferedInputStream(socket.getInputStream());
        try {
            for (var next = WireResponse.next(in, true); next.isPresent(); next = WireResponse.next(in, true)) {
                judge(one, next.get(), user, sent);
            }
        } catch (SocketTimeoutException ignored) {
            throw new FuzzCase.Fault("a request is not over after " + MOST_MILLIS + " ms");
        } catch (IOException ignored) {
            one.count("reset");
        }
    }

    static void judge(FuzzCase one, WireResponse response, String user, String sent) {
        int status = response.status();
        one.count(String.valueOf(status));
        boolean isOverdue =
                status == 504 && sent.toLowerCase(java.util.Locale.ROOT).contains("deadline");
        one.check(
                status < 500 || NOT_OURS.contains(status) || isOverdue,
                () -> "a request gets a " + status + ": " + Secrets.masked(response.body(), 300));
        var isOwn = response.head().contains("application/problem+json")
                || response.body().contains("\"status_code\":" + status);
        one.check(
                status < 400 || response.body().isEmpty() || isOwn,
                () -> "an error has another shape: " + Secrets.masked(response.text(), 600));
        one.checkPrivate("the response", withoutOwn(response.text()), user, sent);
    }

    /** The account of the service, and the backend without users, are nobody's secret. */
    private static String withoutOwn(String text) {
        return text.replace(Secrets.canary(FuzzedService.ACCOUNT), "")
                .replace(Secrets.canary(HonestBackend.PUBLIC), "");
    }
}

package io.apikit;

import static io.javalin.apibuilder.ApiBuilder.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ends a JVM of its own while it serves a request. */
@Timeout(60)
class SigtermTest {
    /** The service: reports events on its standard output, and responds once it can read its standard input. */
    static final class Service {
        public static void main(String[] args) {
            Running.builder()
                    .closeOnStop(() -> say("closed"))
                    .javalin(config -> config.events.serverStopping(() -> say("stopping")))
                    .javalin(config -> config.events.serverStarted(() -> say("started")))
                    .routes(() -> get("/held", ctx -> {
                        say("entered");
                        ctx.result("told " + (char) System.in.read());
                    }))
                    .build()
                    .start("127.0.0.1", Integer.parseInt(args[0]));
        }

        private static void say(String what) {
            System.out.println("> " + what);
        }
    }

    private static void await(BufferedReader output, String said) throws IOException {
        for (var line = output.readLine(); !("> " + said).equals(line); line = output.readLine()) {
            assertThat(line).as("waiting for %s", said).isNotNull();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void sigtermLetsRequestsInFlightFinishAndEndsTheJvm() throws Exception {
        var port = freePort();
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var jvm = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), Service.class.getName(), "" + port)
                .redirectErrorStream(true)
                .start();
        try (var output = new BufferedReader(new InputStreamReader(jvm.getInputStream(), UTF_8))) {
            await(output, "started");
            try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.getOutputStream().write("GET /held HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
                await(output, "entered");
                jvm.toHandle().destroy();
                await(output, "stopping");
                jvm.getOutputStream().write('y');
                jvm.getOutputStream().flush();
                assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
                        .startsWith("HTTP/1.1 200 ")
                        .endsWith("told y");
            }
            await(output, "closed");
            assertThat(jvm.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(jvm.exitValue()).isEqualTo(143);
        } finally {
            jvm.destroyForcibly();
        }
    }
}

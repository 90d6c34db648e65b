package io.apikit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The machine's own nginx in front of other servers, with a folder of its own. */
final class Nginx implements AutoCloseable {
    /** Split cookies pass its usual limits. */
    private static final String SETTINGS = """
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr warn;
            events {}
            http {
              client_body_temp_path temp; proxy_temp_path temp; fastcgi_temp_path temp; uwsgi_temp_path temp;
              scgi_temp_path temp;
              access_log off;
              large_client_header_buffers 8 32k;
              proxy_buffer_size 32k; proxy_buffers 8 32k; proxy_busy_buffers_size 64k;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              server { listen 127.0.0.1:%d; return 200; }
            %s
            }
            """;

    private final RealProcess process;

    private Nginx(RealProcess process) {
        this.process = process;
    }

    /**
     * Starts it, or skips the test where there is none.
     *
     * @param folder for its files
     * @param servers its virtual hosts
     */
    static Nginx start(Path folder, String servers) {
        var program = Installed.nginxOrSkip();
        var readyPort = Ports.free();
        try {
            Files.createDirectories(folder.resolve("temp"));
            Files.writeString(folder.resolve("nginx.conf"), SETTINGS.formatted(readyPort, servers));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var command = List.of(program.toString(), "-p", folder.toString(), "-c", "nginx.conf");
        return new Nginx(RealProcess.start("nginx", Map.of(), command)
                .awaitReady("http://127.0.0.1:" + readyPort + "/", Duration.ofSeconds(20)));
    }

    @Override
    public void close() {
        process.close();
    }
}

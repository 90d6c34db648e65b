package custom;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.RequestBody;
import io.apikit.http.Transport;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A transport as a user would write it, from the public API alone: HTTP/1.1 on a connection for each request. */
record SocketTransport(InetSocketAddress backend) implements Transport {
    @Override
    public BackendResponse send(BackendRequest request) {
        request.body().ifPresent(RequestBody::requireReadable);
        try (var socket = new Socket(backend.getAddress(), backend.getPort())) {
            var out = new BufferedOutputStream(socket.getOutputStream());
            writeHead(request, out);
            if (request.body().isPresent()) {
                writeBody(request.body().get(), out);
            }
            out.flush();
            return response(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            var error = BackendError.of(502, "The backend cannot be reached");
            error.initCause(e);
            throw error;
        }
    }

    private void writeHead(BackendRequest request, OutputStream out) throws IOException {
        var lines = new ArrayList<String>();
        lines.add(request.method() + ' ' + request.target() + " HTTP/1.1");
        lines.add("Host: " + backend.getHostString() + ':' + backend.getPort());
        lines.add("Connection: close");
        request.headers().forEach((name, value) -> lines.add(name + ": " + value));
        request.body().ifPresent(body -> {
            if (request.headers().first("Content-Type").isEmpty()) {
                lines.add("Content-Type: " + body.contentType());
            }
            lines.add(body.length() < 0 ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length());
        });
        out.write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void writeBody(RequestBody body, OutputStream out) throws IOException {
        if (body.length() >= 0) {
            body.writeTo(out);
            return;
        }
        body.writeTo(new Chunks(out));
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static BackendResponse response(String message) {
        var parts = message.split("\r\n\r\n", 2);
        var lines = parts[0].split("\r\n", -1);
        var headers = new TreeMap<String, List<String>>();
        for (int i = 1; i < lines.length; i++) {
            var field = lines[i].split(": *", 2);
            headers.put(field[0], List.of(field[1]));
        }
        var status = Integer.parseInt(lines[0].split(" ", 3)[1]);
        return BackendResponse.of(status, Map.copyOf(headers), parts[1].getBytes(StandardCharsets.ISO_8859_1));
    }

    private static final class Chunks extends FilterOutputStream {
        private Chunks(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes, from, count);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }
}

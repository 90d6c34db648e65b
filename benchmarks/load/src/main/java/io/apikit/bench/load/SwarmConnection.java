package io.apikit.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.regex.Pattern;

/** One connection of a swarm: one request after the other. Used by one thread. */
final class SwarmConnection {
    /** More than any response of a candidate. */
    private static final int LARGEST_RESPONSE = 4096;

    private static final Pattern LENGTH = Pattern.compile("(?i)\\r\\ncontent-length: *(\\d+)\\r\\n");
    private static final String END = "\r\n\r\n";
    private static final String LAST_CHUNK = "\r\n0\r\n\r\n";
    private static final int STATUS = "HTTP/1.1 ".length();

    private final SocketChannel channel;
    private final ByteBuffer received = ByteBuffer.allocate(LARGEST_RESPONSE);
    private long sent;

    SwarmConnection(SocketChannel channel) {
        this.channel = channel;
    }

    void send(ByteBuffer request) throws IOException {
        send(request, System.nanoTime());
    }

    /** @param due when the request was to be sent: its latency counts from then */
    void send(ByteBuffer request, long due) throws IOException {
        sent = due;
        channel.write(request.duplicate());
    }

    long nanosSinceSent() {
        return System.nanoTime() - sent;
    }

    /** Returns the status of a complete response; 0 while it is incomplete. */
    int read() throws IOException {
        if (channel.read(received) < 0) {
            throw new IOException("closed before the response");
        }
        var bytes = new byte[received.position()];
        received.duplicate().flip().get(bytes);
        var text = new String(bytes, ISO_8859_1);
        if (!isWhole(text)) {
            return 0;
        }
        received.clear();
        return Integer.parseInt(text.substring(STATUS, STATUS + 3));
    }

    private static boolean isWhole(String text) {
        int end = text.indexOf(END);
        if (end < 0) {
            return false;
        }
        var length = LENGTH.matcher(text).region(0, end + 2);
        return length.find()
                ? text.length() >= end + END.length() + Integer.parseInt(length.group(1))
                : text.endsWith(LAST_CHUNK);
    }
}

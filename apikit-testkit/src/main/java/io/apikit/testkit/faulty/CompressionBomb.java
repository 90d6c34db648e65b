package io.apikit.testkit.faulty;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** Writes bodies that are small when compressed and huge when decoded. They are made while they are sent. */
final class CompressionBomb {
    private static final byte[] ZEROS = new byte[64 * 1024];

    private CompressionBomb() {}

    static void gzip(OutputStream out, long decodedBytes) throws IOException {
        try (GZIPOutputStream coded = new GZIPOutputStream(new KeptOpen(out))) {
            fill(coded, decodedBytes);
        }
    }

    static void deflate(OutputStream out, long decodedBytes) throws IOException {
        try (DeflaterOutputStream coded = new DeflaterOutputStream(new KeptOpen(out))) {
            fill(coded, decodedBytes);
        }
    }

    private static void fill(OutputStream out, long bytes) throws IOException {
        for (long left = bytes; left > 0; left -= ZEROS.length) {
            out.write(ZEROS, 0, (int) Math.min(left, ZEROS.length));
        }
    }

    /** The script closes the connection, not the compressing stream. */
    private static final class KeptOpen extends FilterOutputStream {
        private KeptOpen(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            out.write(bytes, from, count);
        }

        @Override
        public void close() {
            // The script does.
        }
    }
}

package io.apikit.example.systems;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.BackendError;
import io.apikit.auth.Backend;
import io.apikit.http.Part;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;

/** A small file, such as the script of a job, as a caller sends it: the file of a form, or the whole body. */
final class SmallFile {
    private static final int LIMIT_BYTES = 1_000_000;

    private final String name;
    private final byte[] bytes;

    private SmallFile(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    /**
     * Reads the whole file, so that it can be sent again with a new token. Reads only from a caller with credentials, or
     * anybody could fill the disk with forms.
     *
     * @param name the name of a file that is the whole body
     */
    static SmallFile of(Context ctx, Backend backend, String name) throws IOException {
        backend.session(ctx);
        var file = Optional.ofNullable(ctx.uploadedFile("file"));
        if (file.isEmpty() && ctx.isMultipartFormData()) {
            throw BackendError.of(400, "The form has no file named 'file'.");
        }
        if (file.isPresent()) {
            try (var content = file.get().content()) {
                return checked(file.get().filename(), content.readNBytes(LIMIT_BYTES + 1));
            }
        }
        return checked(name, ctx.bodyAsBytes());
    }

    private static SmallFile checked(String name, byte[] bytes) {
        if (bytes.length == 0) {
            throw BackendError.of(400, "There is no file in the request.");
        }
        if (bytes.length > LIMIT_BYTES) {
            throw BackendError.of(413, "A file has " + LIMIT_BYTES + " bytes at most.");
        }
        return new SmallFile(name, bytes);
    }

    /** Returns the part {@code file} of a form. */
    Part part() {
        return Part.file("file", name, "application/octet-stream", bytes);
    }

    /** Returns the file as text, in UTF-8. */
    String text() {
        return new String(bytes, UTF_8);
    }
}

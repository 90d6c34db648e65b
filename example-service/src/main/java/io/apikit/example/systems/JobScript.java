package io.apikit.example.systems;

import io.apikit.BackendError;
import io.apikit.auth.Backend;
import io.apikit.http.BackendRequest;
import io.apikit.http.Part;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;

/** The script of a job, as a caller sends it: the file of a form, or the whole body. */
final class JobScript {
    private static final int LIMIT_BYTES = 1_000_000;

    private final String filename;
    private final byte[] bytes;

    private JobScript(String filename, byte[] bytes) {
        this.filename = filename;
        this.bytes = bytes;
    }

    /**
     * Reads the whole script, so that it can be sent again with a new token. Reads only from a caller with credentials, or
     * anybody could fill the disk with forms.
     */
    static JobScript of(Context ctx, Backend backend) throws IOException {
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
        return checked("script.sh", ctx.bodyAsBytes());
    }

    private static JobScript checked(String filename, byte[] bytes) {
        if (bytes.length == 0) {
            throw BackendError.of(400, "There is no script in the request.");
        }
        if (bytes.length > LIMIT_BYTES) {
            throw BackendError.of(413, "A script has " + LIMIT_BYTES + " bytes at most.");
        }
        return new JobScript(filename, bytes);
    }

    /** Returns a request that uploads the script to this path of the backend. */
    BackendRequest uploadTo(String path) {
        return BackendRequest.post(path).multipart(Part.file("file", filename, "application/octet-stream", bytes));
    }
}

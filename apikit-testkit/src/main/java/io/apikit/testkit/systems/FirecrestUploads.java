package io.apikit.testkit.systems;

import io.apikit.testkit.internal.RecentEvents;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The uploads that reached the server, whether they were accepted or not. The last 100 are kept. Thread-safe. */
final class FirecrestUploads {
    private static final int MOST = 100;
    private static final long MOST_BYTES = 64L * 1024 * 1024;

    private final RecentEvents<Upload> uploads = new RecentEvents<>(MOST, MOST_BYTES, Upload::size);

    /**
     * Reads the body before the request is checked, so that a refused upload is recorded too.
     *
     * @param admits runs the checks, and returns false after it has written the response
     * @return the form, with its {@code file}; empty if the response is written
     */
    Optional<MultipartForm> receive(Context ctx, BooleanSupplier admits, Runnable missing) {
        MultipartForm form = MultipartForm.of(ctx);
        boolean admitted = admits.getAsBoolean();
        boolean complete = form.has("file");
        uploads.add(new Upload(form.filename("file"), form.bytes("file"), form.body(), admitted && complete));
        if (admitted && !complete) {
            missing.run();
        }
        return admitted && complete ? Optional.of(form) : Optional.empty();
    }

    List<Upload> all() {
        return uploads.all();
    }
}

package io.apikit.bench.byhandapache;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.javalin.http.Context;

/** An error, to be thrown by a handler and told to the caller. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String reason;
    private final String content;

    Failure(int status, String reason, String content) {
        super(status + " " + reason);
        this.status = status;
        this.reason = reason;
        this.content = content;
    }

    static Failure unauthorized() {
        return new Failure(401, "Unauthorized", "This needs Basic authentication.");
    }

    void tell(Context ctx) {
        if (status == 401) {
            ctx.header("WWW-Authenticate", "Basic realm=\"mymicroservice\", charset=\"UTF-8\"");
        }
        ctx.status(status).json(new Body(reason, status, content));
    }

    private record Body(
            String reason,
            @JsonProperty("status_code") int statusCode,
            @JsonProperty("error_content") String errorContent) {}
}

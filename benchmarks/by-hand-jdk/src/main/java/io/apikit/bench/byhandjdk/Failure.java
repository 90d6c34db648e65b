package io.apikit.bench.byhandjdk;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;

/** An error, to be thrown by a handler and told to the caller. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String reason;
    private final String content;

    private Failure(int status, String reason, String content) {
        super(status + " " + reason);
        this.status = status;
        this.reason = reason;
        this.content = content;
    }

    static Failure unauthorized() {
        return of(401, "This needs Basic authentication.");
    }

    /** With the status's standard reason, since this client does not tell the backend's own. */
    static Failure of(int status, String content) {
        return new Failure(status, HttpStatus.forStatus(status).getMessage(), content);
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

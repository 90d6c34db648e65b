package io.apikit.bench.helidon;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** An error, to be thrown by a handler and told to the caller. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Status status;
    private final String content;

    Failure(Status status, String content) {
        super(status.text());
        this.status = status;
        this.content = content;
    }

    static void tell(ServerRequest request, ServerResponse response, Failure failure) {
        if (failure.status.code() == Status.UNAUTHORIZED_401.code()) {
            response.header(HeaderNames.WWW_AUTHENTICATE, "Basic realm=\"mymicroservice\", charset=\"UTF-8\"");
        }
        response.status(failure.status)
                .send(new Body(failure.status.reasonPhrase(), failure.status.code(), failure.content));
    }

    /** What the caller reads, in JSON. */
    record Body(
            String reason,
            @JsonProperty("status_code") int statusCode,
            @JsonProperty("error_content") String errorContent) {}
}

package io.apikit.auth;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.HttpTransport;

/** The unsigned way out, for as long as one deadline. */
record BareTransport(HttpTransport http, Deadline deadline) implements LoginTransport {
    @Override
    public BackendResponse send(BackendRequest request) {
        return http.send(request.by(deadline));
    }

    @Override
    public LoginTransport at(String origin) {
        return new BareTransport(http.at(origin), deadline);
    }

    @Override
    public String origin() {
        return http.origin();
    }
}

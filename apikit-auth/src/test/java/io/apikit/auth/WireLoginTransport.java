package io.apikit.auth;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.HttpOptions;
import io.apikit.http.Timing;
import io.apikit.http.internal.client.HttpTransport;

/** The way out of a login over the real wire. */
record WireLoginTransport(HttpTransport wire) implements LoginTransport, AutoCloseable {
    static WireLoginTransport to(String url) {
        return new WireLoginTransport(HttpTransport.to(url, HttpOptions.defaults(), Timing.system()));
    }

    @Override
    public LoginTransport at(String origin) {
        return new WireLoginTransport(wire.at(origin));
    }

    @Override
    public String origin() {
        return wire.origin();
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        return wire.send(request);
    }

    @Override
    public void close() {
        wire.close();
    }
}

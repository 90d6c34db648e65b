package io.apikit.auth;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.internal.client.BareTransport;
import io.apikit.http.internal.client.HttpTransport;

/** The way out of a login over the real wire. */
record WireLoginTransport(HttpTransport client, BareTransport bare) implements LoginTransport, AutoCloseable {
    static WireLoginTransport to(String url) {
        var client = HttpTransport.to(url, HttpOptions.defaults(), RetryPolicy.standard());
        return new WireLoginTransport(client, BareTransport.create(client, Timing.system()));
    }

    @Override
    public LoginTransport at(String origin) {
        return new WireLoginTransport(client, bare.at(origin));
    }

    @Override
    public String origin() {
        return bare.origin();
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        return bare.send(request);
    }

    @Override
    public void close() {
        client.close();
    }
}

package io.apikit.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.internal.util.DefaultJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A login endpoint without a server: it has one response, and keeps the latest request. Used by one thread. */
final class TokenEndpointScript implements LoginTransport {
    static final Instant NOW = Instant.ofEpochSecond(1_000_000);
    static final Credentials ALICE = Credentials.password("alice", "wonderland");

    private BackendRequest sent = BackendRequest.get("/never-sent");
    private BackendResponse response = response(404, "");

    /** Returns the mode with these options, at a time that stands still. */
    static TokenLogin mode(Consumer<TokenLoginOptions> choose) {
        var options = new TokenLoginOptions();
        choose.accept(options);
        return new TokenLogin(options, () -> NOW);
    }

    /** @param headers names and values in turn */
    static BackendResponse response(int status, String body, String... headers) {
        var all = new TreeMap<String, List<String>>();
        all.put("Content-Type", List.of(body.startsWith("{") ? "application/json" : "text/plain"));
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], List.of(headers[i + 1]));
        }
        return BackendResponse.of(status, all, body.getBytes(UTF_8));
    }

    Login login(Consumer<TokenLoginOptions> choose, BackendResponse next) throws LoginRefused {
        return mode(choose).logIn(ALICE, responding(next));
    }

    TokenEndpointScript responding(BackendResponse next) {
        response = next;
        return this;
    }

    /** Forgets the latest request. */
    void forget() {
        sent = BackendRequest.get("/never-sent");
    }

    BackendRequest sent() {
        return sent;
    }

    String line() {
        return sent.method() + " " + sent.target();
    }

    String body() throws IOException {
        var out = new ByteArrayOutputStream();
        if (sent.body().isPresent()) {
            sent.body().get().writeTo(out);
        }
        return out.toString(UTF_8);
    }

    @Override
    public LoginTransport at(String origin) {
        throw new AssertionError("a token login stays at its backend");
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        sent = request.encoded(DefaultJson.MAPPER);
        return response;
    }
}

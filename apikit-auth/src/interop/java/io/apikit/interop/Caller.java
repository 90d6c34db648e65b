package io.apikit.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.auth.Backend;
import io.apikit.http.BackendResponse;
import java.util.List;

/** Somebody who calls the backend through the library, and takes expiry as the signal says. */
record Caller(Backend backend, Account account, Signal signal) {
    Caller(Backend backend, Account account) {
        this(backend, account, Signal.SIGN_IN_PAGE_403);
    }

    /** The text of a good answer. */
    String get(String path) {
        return answer(path).orThrow().text();
    }

    BackendResponse answer(String path) {
        return backend.session(account.credentials()).send(signal.get(path));
    }

    /** What the library says where it has no answer. */
    BackendError failure() {
        return catchThrowableOfType(BackendError.class, () -> answer("/data"));
    }

    /** What the proxy makes of so many calls at once when its cookies are due for renewal; they are new then. */
    List<String> callsAtRefresh(ProxyVersion proxy, int size) {
        var before = get("/cookies");
        Await.pass(proxy.dueForRefresh());
        var answers = Crowd.of(size, () -> get("/data"));
        assertThat(get("/cookies")).isNotEqualTo(before);
        return answers;
    }
}

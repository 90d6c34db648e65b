package io.apikit.interop;

import io.apikit.http.BackendRequest;
import java.util.List;

/** By what a caller of the proxy learns that the session is dead. */
enum Signal {
    SIGN_IN_PAGE_403("text/html", ""),
    REDIRECT_302("text/html", "--skip-provider-button"),
    JSON_401("application/json", "");

    private final String accept;
    private final String flag;

    Signal(String accept, String flag) {
        this.accept = accept;
        this.flag = flag;
    }

    /** What the proxy has to be told for it. */
    List<String> flags() {
        return flag.isEmpty() ? List.of() : List.of(flag);
    }

    BackendRequest get(String path) {
        return BackendRequest.get(path).header("Accept", accept);
    }
}

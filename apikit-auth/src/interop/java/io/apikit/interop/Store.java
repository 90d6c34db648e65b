package io.apikit.interop;

import java.util.List;

/** How the proxy keeps its sessions: always in split cookies; with or without renewing them at short notice. */
enum Store {
    SPLIT_COOKIES,
    COOKIE_REFRESH;

    List<String> flags() {
        return this == COOKIE_REFRESH ? List.of(ProxyVersion.REFRESH) : List.of();
    }
}

package io.apikit.interop;

import java.util.Arrays;
import java.util.stream.Stream;

/** One cell of the matrix. */
record Cell(ProxyVersion proxy, Idp idp, Signal signal, Store store) {
    static Stream<Cell> all() {
        return Arrays.stream(Idp.values())
                .flatMap(idp -> Arrays.stream(ProxyVersion.values()).flatMap(proxy -> of(proxy, idp)));
    }

    private static Stream<Cell> of(ProxyVersion proxy, Idp idp) {
        return Arrays.stream(Signal.values())
                .flatMap(signal -> Arrays.stream(Store.values()).map(store -> new Cell(proxy, idp, signal, store)));
    }

    boolean isRefreshing() {
        return store == Store.COOKIE_REFRESH;
    }

    String[] flags() {
        return Stream.concat(signal.flags().stream(), store.flags().stream()).toArray(String[]::new);
    }
}

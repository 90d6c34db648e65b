package io.apikit.interop;

import java.time.Duration;
import java.util.Locale;

/** Which of the two real proxies. */
enum ProxyVersion {
    /** It counts a session's age in whole seconds. */
    NEW(Duration.ofMillis(4_100)),

    /** It renews its cookies only when the tokens in them are over. */
    OLD(TokenLife.WITH_ROUNDING);

    /** Renews cookies at short notice, though not so short that a crowd on a busy machine meets it by chance. */
    static final String REFRESH = "--cookie-refresh=3s";

    private final Duration dueForRefresh;

    ProxyVersion(Duration dueForRefresh) {
        this.dueForRefresh = dueForRefresh;
    }

    /** As {@code interop/versions} names it. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How old a session has to be for {@link #REFRESH} to renew its cookies. */
    Duration dueForRefresh() {
        return dueForRefresh;
    }
}

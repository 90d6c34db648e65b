package io.apikit.auth;

import io.apikit.http.BackendRequest;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What is kept of one caller between requests: its account, its logins, and where it was denied. Threadsafe. */
final class PooledSession {
    private static final AtomicLong COUNT = new AtomicLong();

    private final long number = COUNT.incrementAndGet();
    private final Account account;
    private final Logins logins;
    private final Signing signing;
    private final FixedLogin fixedLogin;
    private final Denials denials;
    private volatile @Nullable PooledSession heir;
    private volatile @Nullable PooledSession elder;

    PooledSession(Account account, Logins logins, Signing signing, Denials denials) {
        this.account = account;
        this.logins = logins;
        this.signing = signing;
        this.fixedLogin = new FixedLogin(logins);
        this.denials = denials;
    }

    long number() {
        return number;
    }

    Account account() {
        return account;
    }

    Logins logins() {
        return logins;
    }

    Signing signing() {
        return signing;
    }

    FixedLogin fixedLogin() {
        return fixedLogin;
    }

    /** The account's password has changed from that session's to this one's; null once that does not matter any more. */
    void follow(@Nullable PooledSession before) {
        this.elder = before;
        if (before != null) {
            before.heir = this;
        }
    }

    /** The same account's session under the password it has been changed to. */
    Optional<PooledSession> heir() {
        return Optional.ofNullable(heir);
    }

    /** The same account's session under the password it had, as long as this one's may not be good yet. */
    Optional<PooledSession> elder() {
        return Optional.ofNullable(elder);
    }

    boolean isDenied(BackendRequest request) {
        return denials.contains(this, request);
    }

    void deny(BackendRequest request) {
        denials.add(this, request);
    }
}

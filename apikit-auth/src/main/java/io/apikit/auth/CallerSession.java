package io.apikit.auth;

import io.apikit.http.BackendRequest;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What is kept of one caller between requests: its account, its logins, and where it was denied. Threadsafe. */
final class CallerSession {
    private static final AtomicLong COUNT = new AtomicLong();

    private final long number = COUNT.incrementAndGet();
    private final Account account;
    private final CurrentLogin logins;
    private final SigningTransport signing;
    private final UnverifiedLogin fixedLogin;
    private final DeniedTargets denials;
    private volatile @Nullable CallerSession heir;
    private volatile @Nullable CallerSession elder;

    CallerSession(Account account, CurrentLogin logins, SigningTransport signing, DeniedTargets denials) {
        this.account = account;
        this.logins = logins;
        this.signing = signing;
        this.fixedLogin = new UnverifiedLogin(logins);
        this.denials = denials;
    }

    long number() {
        return number;
    }

    Account account() {
        return account;
    }

    CurrentLogin logins() {
        return logins;
    }

    SigningTransport signing() {
        return signing;
    }

    UnverifiedLogin fixedLogin() {
        return fixedLogin;
    }

    /** The account's password has changed from that session's to this one's; null once that does not matter any more. */
    void follow(@Nullable CallerSession before) {
        this.elder = before;
        if (before != null) {
            before.heir = this;
        }
    }

    /** The same account's session under the password it has been changed to. */
    Optional<CallerSession> heir() {
        return Optional.ofNullable(heir);
    }

    /** The same account's session under the password it had, as long as this one's may not be good yet. */
    Optional<CallerSession> elder() {
        return Optional.ofNullable(elder);
    }

    boolean isDenied(BackendRequest request) {
        return denials.contains(this, request);
    }

    void deny(BackendRequest request) {
        denials.add(this, request);
    }
}

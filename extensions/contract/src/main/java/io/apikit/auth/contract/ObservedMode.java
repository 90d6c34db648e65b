package io.apikit.auth.contract;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.apikit.auth.Login;
import io.apikit.auth.LoginRefused;
import io.apikit.auth.LoginTransport;
import io.apikit.http.BackendResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Keeps the logins that a mode makes, and can hold its judgement of one response. Thread-safe. */
class ObservedMode implements Authenticator {
    private final Authenticator mode;
    private final List<Login> logins = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable HeldJudgement> next = new AtomicReference<>();

    ObservedMode(Authenticator mode) {
        this.mode = mode;
    }

    List<Login> logins() {
        return logins;
    }

    /** Holds the judgement of the next response until it is released. */
    HeldJudgement holdNextJudgement() {
        var held = new HeldJudgement();
        next.set(held);
        return held;
    }

    @Override
    public String name() {
        return mode.name();
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
        var login = mode.logIn(credentials, bare);
        logins.add(login);
        return login;
    }

    @Override
    public Login renew(Login ended, Credentials credentials, LoginTransport bare) throws LoginRefused {
        var login = mode.renew(ended, credentials, bare);
        logins.add(login);
        return login;
    }

    @Override
    public void logOut(Login login, LoginTransport bare) {
        mode.logOut(login, bare);
    }

    @Override
    public LogOutScope logOutScope() {
        return mode.logOutScope();
    }

    @Override
    public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
        var held = next.getAndSet(null);
        if (held != null) {
            held.hold();
        }
        return mode.judge(response, used, ask);
    }

    @Override
    public Login refreshed(Login current, BackendResponse response) {
        return mode.refreshed(current, response);
    }

    @Override
    public Optional<String> challenge() {
        return mode.challenge();
    }

    /** The judgement of one response, on the thread of its call. */
    static final class HeldJudgement {
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        void awaitHeld() {
            await(arrived);
        }

        void release() {
            released.countDown();
        }

        private void hold() {
            arrived.countDown();
            await(released);
        }

        private static void await(CountDownLatch latch) {
            try {
                if (!latch.await(20, TimeUnit.SECONDS)) {
                    throw new AssertionError("the response to judge did not arrive, or was not released, within 20 s");
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}

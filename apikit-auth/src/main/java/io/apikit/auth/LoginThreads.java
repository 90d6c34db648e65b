package io.apikit.auth;

import io.javalin.util.ConcurrencyUtil;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Logins run on threads of their own, so that a request that is cancelled or dies takes no other's login with it:
 * virtual ones on 21 and newer, else daemons.
 */
final class LoginThreads {
    private static final String NAME = "apikit-login";

    private LoginThreads() {}

    static ExecutorService open() {
        return ConcurrencyUtil.isLoomAvailable()
                ? ConcurrencyUtil.executorService(NAME, true)
                : Executors.newCachedThreadPool(LoginThreads::daemon);
    }

    private static Thread daemon(Runnable login) {
        var thread = new Thread(login, NAME);
        thread.setDaemon(true);
        return thread;
    }
}

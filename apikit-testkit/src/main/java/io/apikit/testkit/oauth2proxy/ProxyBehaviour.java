package io.apikit.testkit.oauth2proxy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The settings of a proxy that can be changed while it runs. Thread-safe. */
final class ProxyBehaviour {
    private final Set<String> forbidden = ConcurrentHashMap.newKeySet();
    private final Set<String> loginForbidden = ConcurrentHashMap.newKeySet();
    private volatile Unauthenticated unauthenticated;
    private volatile int authStatus;

    ProxyBehaviour(Unauthenticated unauthenticated) {
        this.unauthenticated = unauthenticated;
    }

    Unauthenticated unauthenticated() {
        return unauthenticated;
    }

    void unauthenticated(Unauthenticated mode) {
        unauthenticated = mode;
    }

    /** Returns the status of all responses of the auth endpoint; 0 if it works as usual. */
    int authStatus() {
        return authStatus;
    }

    void authStatus(int status) {
        authStatus = status;
    }

    void forbid(String user) {
        forbidden.add(user);
    }

    void forbidLogin(String user) {
        loginForbidden.add(user);
    }

    void allow(String user) {
        forbidden.remove(user);
        loginForbidden.remove(user);
    }

    boolean mayPass(String user) {
        return !forbidden.contains(user);
    }

    boolean mayLogIn(String user) {
        return !loginForbidden.contains(user) && mayPass(user);
    }
}

package io.apikit.auth;

import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import io.apikit.testkit.oauth2proxy.Unauthenticated;
import java.util.List;
import java.util.Random;

/** What goes wrong at the proxy and its identity provider, one thing after the other; one thread's. */
final class SoakFaults implements Runnable {
    private static final List<Unauthenticated> WAYS_TO_SAY_NO = List.of(Unauthenticated.values());

    private final FakeOAuth2Proxy proxy;
    private final Random random;

    SoakFaults(FakeOAuth2Proxy proxy, long seed) {
        this.proxy = proxy;
        this.random = new Random(seed);
    }

    /** Does the next thing. What was wrong before is mended, so that logins succeed most of the time. */
    @Override
    public void run() {
        mend();
        var user = SoakedService.user(random.nextInt(SoakedService.USERS));
        switch (random.nextInt(9)) {
            case 0 -> proxy.expireAllSessions();
            case 1 -> proxy.expire(user);
            case 2 -> proxy.identityProvider().endSessions();
            case 3 -> proxy.identityProvider().failLogins(503);
            case 4 -> proxy.identityProvider().refuseCodes(true);
            case 5 -> proxy.rotateCookies(1 + random.nextInt(3));
            case 6 -> proxy.forbid(user);
            case 7 -> proxy.unauthenticated(WAYS_TO_SAY_NO.get(random.nextInt(WAYS_TO_SAY_NO.size())));
            default -> proxy.refreshNow();
        }
    }

    /** Everything is as it should be, but for sessions that are over. */
    void mend() {
        proxy.identityProvider().failLogins(0);
        proxy.identityProvider().refuseCodes(false);
        for (int i = 0; i < SoakedService.USERS; i++) {
            proxy.allow(SoakedService.user(i));
        }
    }
}

package io.apikit.interop;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import java.time.Duration;

/** What is under test, with its own retries off: each count below is then of one call. */
final class Backends {
    private Backends() {}

    /** Agrees where it is asked to, as Dex does at each login. */
    static Backend through(RealProxy proxy) {
        return through(proxy, true);
    }

    static Backend through(RealProxy proxy, boolean acceptConsent) {
        return through(proxy, Authenticator.oauth2Proxy(options -> options.acceptConsent(acceptConsent)));
    }

    static Backend through(RealProxy proxy, Authenticator mode) {
        return builder(proxy, mode).build();
    }

    /** Time that stands still: no login ever seems to be over. */
    static Backend inStandingTime(RealProxy proxy) {
        return builder(proxy, Authenticator.oauth2Proxy(options -> options.acceptConsent(true)))
                .timing(new Timing() {
                    @Override
                    public long nanoTime() {
                        return 0;
                    }

                    @Override
                    public void sleep(Duration duration) {}
                })
                .build();
    }

    private static Backend.Builder builder(RealProxy proxy, Authenticator mode) {
        return Backend.at(proxy.url()).auth(mode).retry(RetryPolicy.none());
    }
}

package io.apikit.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.auth.Backend;
import io.apikit.http.RetryPolicy;
import java.time.Duration;

/** Somebody who calls a server with a login form through the library. */
record FormCaller(Backend backend, FormSite site, Account account) {
    /** Returns the library in front of this server, with its own retries off: each count is then of one call. */
    static Backend backend(FormSite site) {
        return Backend.at(site.url())
                .auth(site.mode())
                .retry(RetryPolicy.none())
                .build();
    }

    static FormCaller newAt(FormSite site, Backend backend) {
        return new FormCaller(backend, site, site.newAccount());
    }

    /** The name that the server knows the caller by. */
    String name() {
        return site.nameIn(backend.session(account.credentials()).send(site.whoAmI()));
    }

    /** The same of a POST that needs a CSRF token. */
    String change() {
        return site.nameIn(backend.session(account.credentials()).send(site.change(account)));
    }

    BackendError failure() {
        return catchThrowableOfType(BackendError.class, this::name);
    }

    int logins() {
        return site.logins(account);
    }

    /** Waits until the server has carried out so many changes, and no more: some write their log after the response. */
    void awaitChanges(int count) {
        Await.until(
                count + " changes by " + account.login(), Duration.ofSeconds(5), () -> site.changes(account) >= count);
        assertThat(site.changes(account)).isEqualTo(count);
    }
}

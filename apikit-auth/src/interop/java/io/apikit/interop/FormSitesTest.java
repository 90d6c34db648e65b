package io.apikit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers with a login form: login, two callers, a session that the server ended, and a wrong password. */
@Tag("interop")
@ExtendWith(Servers.Shared.class)
class FormSitesTest {
    private final FormSites sites;

    FormSitesTest(FormSites sites) {
        this.sites = sites;
    }

    @ParameterizedTest
    @EnumSource
    void eachCallerHasItsOwnSession(FormSites.Kind kind) {
        var site = sites.get(kind);
        try (var backend = FormCaller.backend(site)) {
            var callers = List.of(FormCaller.newAt(site, backend), FormCaller.newAt(site, backend));

            for (int i = 0; i < 3; i++) {
                for (var caller : callers) {
                    assertThat(Crowd.of(5, caller::name))
                            .containsOnly(caller.account().login());
                }
            }
            assertThat(callers).extracting(FormCaller::logins).containsExactly(1, 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void fiftyCallsAfterTheSessionWasEndedCostOneLogin(FormSites.Kind kind) {
        var site = sites.get(kind);
        try (var backend = FormCaller.backend(site)) {
            var alice = FormCaller.newAt(site, backend);
            var bob = FormCaller.newAt(site, backend);
            assertThat(List.of(alice.name(), bob.name()))
                    .containsExactly(alice.account().login(), bob.account().login());

            site.endSessions();

            assertThat(Crowd.of(50, alice::name)).containsOnly(alice.account().login());
            assertThat(alice.logins()).isEqualTo(2);
            assertThat(bob.name()).isEqualTo(bob.account().login());
            assertThat(bob.logins()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWrongPasswordIsSentOnce(FormSites.Kind kind) {
        var site = sites.get(kind);
        var account = site.newAccount();
        try (var backend = FormCaller.backend(site)) {
            var wrong = new FormCaller(
                    backend, site, new Account(account.login(), account.email(), "not " + account.password()));
            var right = new FormCaller(backend, site, account);

            assertThat(wrong.failure().statusCode()).isEqualTo(401);
            assertThat(wrong.failure().statusCode()).isEqualTo(401);

            assertThat(site.refusals(account)).isOne();
            assertThat(site.logins(account)).isZero();
            assertThat(right.name()).isEqualTo(account.login());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSessionThatEndsIsLoggedOut(FormSites.Kind kind) {
        var site = sites.get(kind);
        FormCaller alice;
        try (var backend = FormCaller.backend(site)) {
            alice = FormCaller.newAt(site, backend);
            alice.name();
            assertThat(site.logouts(alice.account())).isZero();
        }

        assertThat(site.logouts(alice.account())).isOne();
    }
}

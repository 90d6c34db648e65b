package io.apikit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests that are not idempotent, at servers that want a CSRF token with them. */
@Tag("interop")
@ExtendWith(Servers.Shared.class)
class CsrfTest {
    private final FormSites sites;

    CsrfTest(FormSites sites) {
        this.sites = sites;
    }

    @ParameterizedTest
    @EnumSource
    void aPostIsCarriedOutOnceBeforeAndAfterARenewal(FormSites.Kind kind) {
        var site = sites.get(kind);
        try (var backend = FormCaller.backend(site)) {
            var alice = FormCaller.newAt(site, backend);
            assertThat(alice.change()).isEqualTo(alice.account().login());
            alice.awaitChanges(1);

            site.endSessions();

            assertThat(alice.change()).isEqualTo(alice.account().login());
            alice.awaitChanges(2);
            assertThat(alice.logins()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DJANGO", "DJANGO_TOKEN_IN_SESSION"})
    void aTokenThatTheServerRotatedCostsNoLogin(FormSites.Kind kind) {
        var site = sites.get(kind);
        try (var backend = FormCaller.backend(site)) {
            var alice = FormCaller.newAt(site, backend);
            alice.change();

            backend.session(alice.account().credentials())
                    .send(BackendRequest.get("/rotate"))
                    .orThrow();

            assertThat(alice.change()).isEqualTo(alice.account().login());
            alice.awaitChanges(2);
            assertThat(alice.logins()).isOne();
        }
    }

    @Test
    void aTokenThatIsTooOldCostsNoLogin() {
        var site = sites.get(FormSites.Kind.APPBUILDER);
        try (var backend = FormCaller.backend(site)) {
            var alice = FormCaller.newAt(site, backend);
            alice.change();

            Await.pass(AppBuilderSite.TOKEN_LIFE.plusSeconds(2)); // It counts whole seconds.

            assertThat(alice.change()).isEqualTo(alice.account().login());
            alice.awaitChanges(2);
            assertThat(alice.logins()).isOne();
        }
    }
}

package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.LoginRecord.KeptLogin;
import io.apikit.auth.internal.formlogin.FormSession;
import io.apikit.auth.internal.oauth2proxy.ProxySession;
import io.apikit.http.BackendRequest;
import io.apikit.http.Headers;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A mode each of whose logins was written as a record by one replica, and is read again by another one before it is used. */
final class AdoptingMode extends DelegatingMode {
    private final Authenticator maker;

    /** @param reader the mode of the replica that uses the logins */
    AdoptingMode(Authenticator maker, Authenticator reader) {
        super(reader);
        this.maker = maker;
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport transport) throws LoginRefused {
        return adopted(maker.logIn(credentials, transport), transport);
    }

    @Override
    public Login renew(Login ended, Credentials credentials, LoginTransport transport) throws LoginRefused {
        return adopted(maker.renew(ended, credentials, transport), transport);
    }

    private Login adopted(Login made, LoginTransport transport) {
        var timing = LoginHttpTransport.timing(transport);
        var prefix = LoginHttpTransport.prefix(transport);
        var ofMaker = new LoginRecord.Place(maker, transport.origin(), prefix, timing);
        var ofReader = new LoginRecord.Place(this, transport.origin(), prefix, timing);
        var bytes = LoginRecord.of(new KeptLogin(made, 7, timing.nanoTime()))
                .toBytes(ofMaker)
                .orElseThrow();
        var adopted = LoginRecord.parse(bytes, Duration.ZERO, ofReader)
                .flatMap(LoginRecord::login)
                .orElseThrow()
                .login();
        assertIsAlike(adopted, made);
        return adopted;
    }

    static void assertIsAlike(Login adopted, Login made) {
        assertThat(adopted).isNotSameAs(made);
        assertThat(adopted.signature()).isEqualTo(made.signature());
        assertThat(adopted.cookies()).containsExactlyEntriesOf(made.cookies());
        assertThat(adopted.life()).isEqualTo(made.life());
        assertThat(adopted.margin()).isEqualTo(made.margin());
        assertThat(adopted.secrets())
                .containsExactlyInAnyOrderElementsOf(made.secrets().toList());
        assertThat(adopted.kept()).containsExactlyEntriesOf(made.kept());
        assertThat(adopted.isFixed()).isEqualTo(made.isFixed());
        assertThat(signed(adopted)).containsExactlyElementsOf(signed(made).toList());
        assertThat(adopted.note(ProxySession.class)).isEqualTo(made.note(ProxySession.class));
        assertThat(adopted.note(FormSession.class).flatMap(AdoptingMode::shown))
                .isEqualTo(made.note(FormSession.class).flatMap(AdoptingMode::shown));
    }

    private static Stream<String> signed(Login login) {
        return Stream.of(
                        BackendRequest.get("/x").header("Cookie", "theme=dark; sessionid=evil"),
                        BackendRequest.post("/x"),
                        BackendRequest.get("/area/x"),
                        BackendRequest.delete("/area/x"))
                .map(request -> lines(login.sign(request).headers()));
    }

    private static String lines(Headers headers) {
        var lines = new TreeSet<String>();
        headers.forEach((name, value) -> lines.add(name + ": " + value));
        return String.join(", ", lines);
    }

    private static Optional<String> shown(FormSession session) {
        return Optional.of(session + " " + session.cookies() + " " + session.secrets());
    }
}

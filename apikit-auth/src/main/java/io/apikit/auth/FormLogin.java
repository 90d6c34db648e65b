package io.apikit.auth;

import io.apikit.auth.internal.browser.PageLoginRefused;
import io.apikit.auth.internal.browser.SetCookie;
import io.apikit.auth.internal.formlogin.FormExpiryDetector;
import io.apikit.auth.internal.formlogin.FormSession;
import io.apikit.auth.internal.formlogin.FormSettings;
import io.apikit.auth.internal.formlogin.FormSiteLogin;
import io.apikit.auth.internal.formlogin.TokenRenewal.RefusedCall;
import io.apikit.auth.internal.sharing.RecordReader;
import io.apikit.http.BackendResponse;
import io.apikit.http.Transport;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Logs in by the form of the backend itself, as a person with a browser would, and keeps its session. Immutable and thread-safe:
 * the state of one login is in its own {@link FormSiteLogin}, and that of a session in its {@link FormSession}.
 */
final class FormLogin implements Authenticator {
    private final FormSettings settings;

    private FormLogin(FormSettings settings) {
        this.settings = settings;
    }

    static Authenticator with(Consumer<FormLoginOptions> choose) {
        var options = new FormLoginOptions();
        choose.accept(options);
        return new FormLogin(options.settings());
    }

    @Override
    public String name() {
        return "form";
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport transport) throws LoginRefused {
        if (!(credentials instanceof Credentials.Password own)
                || own.username().isEmpty()
                || own.password().isEmpty()) {
            throw new LoginRefused("This service needs a user name and a password.");
        }
        try {
            var attempt = new FormSiteLogin(
                    settings,
                    new FormSiteLogin.User(own.username(), own.password()),
                    transport.origin(),
                    LoginHttpTransport.prefix(transport),
                    transport::at,
                    LoginHttpTransport.deadline(transport),
                    LoginHttpTransport.timing(transport)::nanoTime);
            var session = attempt.run();
            return living(signedBy(Login.of(Map.of()), session), attempt.life(session));
        } catch (PageLoginRefused e) {
            throw new LoginRefused(e.reason());
        }
    }

    /** The cookies are named in the login too, so that they are masked in errors and bounded. */
    private static Login signedBy(Login current, FormSession session) {
        var cookies = session.cookies();
        var login = current;
        for (var name : current.cookieNames()) {
            login = cookies.containsKey(name) ? login : login.withoutCookie(name);
        }
        for (var cookie : cookies.entrySet()) {
            login = login.cookie(cookie.getKey(), cookie.getValue());
        }
        return login.withSecretsAlone(session.secrets()).noting(session);
    }

    private static Login living(Login login, Optional<Duration> life) {
        return life.map(login::expiresIn).orElse(login);
    }

    @Override
    public Verdict judge(BackendResponse response, Login used, LoginTransport transport) {
        var session = used.note(FormSession.class).orElse(null);
        if (session == null) {
            return Authenticator.super.judge(response, used, transport);
        }
        var inquiry = transport instanceof SigningTransport.Inquiry known ? known : null;
        var path = inquiry == null ? used.requestPath() : inquiry.path();
        Transport root = request -> transport.at(transport.origin()).send(request);
        var ofToken = inquiry == null ? Optional.<Verdict>empty() : ofToken(session, response, inquiry, root);
        return ofToken.orElseGet(() -> verdict(FormExpiryDetector.judge(session, response, path, root), inquiry));
    }

    /** Returns the verdict on a response that is about the CSRF token alone; empty if it is not, or if there is no other. */
    private static Optional<Verdict> ofToken(
            FormSession session, BackendResponse response, SigningTransport.Inquiry inquiry, Transport root) {
        var isRefused = session.isTokenRefused(inquiry.method(), response, inquiry.path());
        if (!inquiry.mayBeSignedAgain()) {
            session.renewal().note(!isRefused);
            return Optional.empty();
        }
        if (!isRefused) {
            return Optional.empty();
        }
        var call = new TokenCall(inquiry, root);
        if (response.header("Set-Cookie").isPresent()) {
            call.update(current -> current.after(response, inquiry.path()));
        }
        return switch (session.renewal().renew(session, inquiry.path(), call)) {
            case FRESH -> {
                if (session.wordOfRefusal(response).filter(inquiry::mayBeQuoted).isEmpty()) {
                    inquiry.signAgain();
                }
                yield Optional.of(Verdict.DENIED);
            }
            case ENDED -> Optional.of(Verdict.EXPIRED);
            default -> Optional.empty();
        };
    }

    private static Verdict verdict(FormExpiryDetector.SessionState state, SigningTransport.@Nullable Inquiry inquiry) {
        return switch (state) {
            case ALIVE -> Verdict.ACCEPTED;
            case DENIED -> Verdict.DENIED;
            case EXPIRED -> Verdict.EXPIRED;
            case ENDED -> Verdict.EXPIRED_CARRIED_OUT;
            case UNKNOWN -> {
                if (inquiry != null) {
                    inquiry.report(SessionCall.Outcome.UNKNOWN);
                }
                yield Verdict.EXPIRED;
            }
        };
    }

    @Override
    public Login refreshed(Login current, BackendResponse response) {
        if (response.header("Set-Cookie").isEmpty()) {
            return current.note(StoredSession.class)
                    .map(stored -> current.noting(stored.session(settings)))
                    .orElse(current);
        }
        return current.note(FormSession.class)
                .map(session -> refreshed(current, session.after(response, current.requestPath()), response))
                .orElse(current);
    }

    /** A cookie that is too long is shown, so that it is refused and counted as one of any mode. */
    private static Login refreshed(Login current, FormSession session, BackendResponse response) {
        if (!session.hasExcess()) {
            return living(signedBy(current, session), session.life(response));
        }
        var login = current;
        for (var cookie : SetCookie.in(response)) {
            login = login.cookie(cookie.name(), cookie.value());
        }
        return login;
    }

    @Override
    public LogOutScope logOutScope() {
        return settings.logOut().isPresent() ? LogOutScope.EVERY_LOGIN : LogOutScope.NONE;
    }

    @Override
    public void logOut(Login login, LoginTransport transport) {
        login.note(FormSession.class).ifPresent(session -> session.logOut(transport.at(transport.origin())));
    }

    @Override
    public Optional<String> challenge() {
        return Optional.of(PassThroughAuthenticators.Basic.CHALLENGE);
    }

    /**
     * The note of a login that another replica has made. Only this mode has the settings that it needs, and a mode of a user
     * may stand in between. So the mode reads it when the login is shown to {@link Authenticator#refreshed}.
     *
     * @param nanoTime the clock by which cookies end
     */
    record StoredSession(RecordReader record, String origin, String prefix, LongSupplier nanoTime) {
        private FormSession session(FormSettings settings) {
            return FormSession.readFrom(record, settings, origin, prefix, nanoTime);
        }
    }

    /** A call whose CSRF token was refused. */
    private record TokenCall(SigningTransport.Inquiry inquiry, Transport root) implements RefusedCall {
        @Override
        public FormSession current() {
            return inquiry.current().note(FormSession.class).orElseThrow();
        }

        @Override
        public void update(UnaryOperator<FormSession> change) {
            inquiry.update(login -> login.note(FormSession.class)
                    .map(change)
                    .map(session -> signedBy(login, session))
                    .orElse(login));
        }

        @Override
        public long leftNanos() {
            return inquiry.leftNanos();
        }
    }
}

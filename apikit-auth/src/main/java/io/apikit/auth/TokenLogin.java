package io.apikit.auth;

import io.apikit.auth.internal.logins.RenewalSigns;
import io.apikit.auth.internal.token.TokenTemplate;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Exchanges a user name and a password for a token at a login endpoint, and signs each request with the token. */
final class TokenLogin implements Authenticator {
    private final String path;
    private final TokenLoginOptions.CredentialsForm form;
    private final TokenTemplate template;
    private final @Nullable Duration lifetime;
    private final RenewalSigns signs;
    private final InstantSource clock;

    TokenLogin(TokenLoginOptions options, InstantSource clock) {
        this.path = options.path();
        this.form = options.form();
        this.template = options.template();
        this.lifetime = options.lifetime();
        this.signs = options.signs();
        this.clock = clock;
    }

    static Authenticator with(Consumer<TokenLoginOptions> choose) {
        var options = new TokenLoginOptions();
        choose.accept(options);
        return new TokenLogin(options, InstantSource.system());
    }

    @Override
    public String name() {
        return "token";
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport transport) throws LoginRefused {
        if (!(credentials instanceof Credentials.Password own)) {
            throw new LoginRefused("This service needs a user name and a password.");
        }
        var response = TokenResponses.parse(transport.send(form.addTo(BackendRequest.post(path), own)), own);
        return TokenResponses.login(template, response, lifetime, clock);
    }

    @Override
    public Verdict judge(BackendResponse response, Login used, LoginTransport transport) {
        return Verdict.of(signs.of(response));
    }

    @Override
    public Optional<String> challenge() {
        return Optional.of(PassThroughAuthenticators.Basic.CHALLENGE);
    }
}

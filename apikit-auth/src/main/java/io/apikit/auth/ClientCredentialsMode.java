package io.apikit.auth;

import io.apikit.BackendError;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/** A client's id and secret for a bearer token (RFC 6749, section 4.4), and the token with every request. */
final class ClientCredentialsMode implements Authenticator {
    private static final TokenTemplate BEARER = new TokenTemplate("Authorization", "Bearer {access_token}");

    private final ClientCredentials settings;
    private final InstantSource clock;

    ClientCredentialsMode(ClientCredentials settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    static Authenticator with(Consumer<ClientCredentialsOptions> choose) {
        var options = new ClientCredentialsOptions();
        choose.accept(options);
        return new ClientCredentialsMode(options.settings(), InstantSource.system());
    }

    @Override
    public String name() {
        return "client-credentials";
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
        if (!(credentials instanceof Credentials.Password client)) {
            throw new LoginRefused("This service needs a client id and a client secret.");
        }
        var answer = TokenEndpoint.answer(bare.at(settings.origin()).send(settings.request(client)), client);
        requireBearer(answer);
        var login = TokenEndpoint.login(BEARER, answer, null, clock);
        return settings.margin() == null ? login : login.renewAhead(settings.margin());
    }

    @Override
    public Optional<String> challenge() {
        return Optional.of(BasicMode.CHALLENGE);
    }

    /** A token of another type must not be sent as a bearer's (RFC 6749, section 7.1). */
    private static void requireBearer(TokenAnswer answer) {
        var type = answer.text("token_type");
        if (type.isPresent() && !type.get().equalsIgnoreCase("Bearer")) {
            throw BackendError.of(502, "The login answered with a token that is no bearer token.");
        }
    }
}

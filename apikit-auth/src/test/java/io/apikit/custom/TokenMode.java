package io.apikit.custom;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.apikit.auth.Login;
import io.apikit.auth.LoginRefused;
import io.apikit.auth.LoginTransport;
import io.apikit.http.BackendRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A mode as a user would write it: from the public API alone, in a package of its own. */
public class TokenMode implements Authenticator {
    private final @Nullable Duration life;

    public TokenMode() {
        this(null);
    }

    public TokenMode(@Nullable Duration life) {
        this.life = life;
    }

    @Override
    public String name() {
        return "token";
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
        if (!(credentials instanceof Credentials.Password own)) {
            throw new LoginRefused("A user name and a password are needed.");
        }
        var fields = Map.of("user", own.username(), "password", own.password());
        var answer = bare.send(BackendRequest.post("/login").form(fields));
        if (answer.status() == 403) {
            throw new LoginRefused("Wrong user name or password.");
        }
        var login = Login.of(Map.of("X-Token", answer.orThrow().text()));
        return life == null ? login : login.expiresIn(life);
    }

    @Override
    public Optional<String> challenge() {
        return Optional.of("Basic realm=\"custom\"");
    }
}

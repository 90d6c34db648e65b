package io.apikit.auth.simulation;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.apikit.auth.Login;
import io.apikit.auth.LoginRefused;
import io.apikit.auth.LoginTransport;
import io.apikit.http.BackendResponse;
import java.util.Optional;

/** One session's way to log in at the model; through it the session's ledger learns what the session is told. */
class ModelMode implements Authenticator {
    private final Simulation world;
    private final SessionLedger session;

    ModelMode(Simulation world, SessionLedger session) {
        this.world = world;
        this.session = session;
    }

    @Override
    public String name() {
        return "model";
    }

    @Override
    public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
        var run = session.logins().ofThisThread();
        world.baton()
                .require(
                        credentials.equals(session.account().credentials()),
                        () -> run + " brings another's credentials");
        return world.identity().logIn(session, run);
    }

    @Override
    public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
        world.baton().pass();
        var verdict = switch (response.status()) {
            case 201, 401, 302 -> Verdict.EXPIRED;
            case 403 -> Verdict.DENIED;
            default -> Verdict.ACCEPTED;
        };
        session.requests().judged(world.calls().ofThisThread(), response, verdict);
        return verdict;
    }

    @Override
    public Login refreshed(Login current, BackendResponse response) {
        world.baton().pass();
        session.requests().judgedGood(world.calls().ofThisThread(), response, current);
        return response.header("X-Rolled")
                .map(rolled -> current.cookie("roll", rolled))
                .orElse(current);
    }

    @Override
    public Optional<String> challenge() {
        return Optional.of(ModelAccount.CHALLENGE);
    }

    /** The same for a backend at which logins are ended. */
    static final class WithLogOuts extends ModelMode {
        private final ModelLogOuts logOuts;

        WithLogOuts(Simulation world, SessionLedger session) {
            super(world, session);
            this.logOuts = world.logOuts();
        }

        @Override
        public void logOut(Login login, LoginTransport bare) {
            logOuts.logOut(String.valueOf(login.signature().get("X-Token")));
        }
    }
}

package io.apikit.testkit;

import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;

/** What a token endpoint checks, in this order: that it works, the form, the client. */
final class ClientCredentialsStep {
    private static final int MOST_REQUESTS = 10_000;

    private final Recent<TokenRequest> requests = new Recent<>(MOST_REQUESTS);
    private final Accounts clients;
    private final TokenGrant grant;
    private final LoginGate gate;
    private volatile LoginAnswer answer = LoginAnswer.NORMAL;
    private volatile Outage outage = Outage.NONE;

    ClientCredentialsStep(Accounts clients, TokenGrant grant, LoginGate gate) {
        this.clients = clients;
        this.grant = grant;
        this.gate = gate;
    }

    void handle(Context ctx) {
        ClientSecret client = ClientSecret.of(ctx);
        requests.add(new TokenRequest(client.id(), scope(ctx), client.basic()));
        gate.attempt(ctx, client.id(), () -> answer(ctx, client));
    }

    private void answer(Context ctx, ClientSecret client) {
        LoginAnswer told = answer;
        Outage failing = outage;
        if (failing.active()) {
            failing.answer(ctx);
        } else if (told != LoginAnswer.NORMAL) {
            told.send(ctx, "access_token");
        } else {
            check(ctx, client);
        }
    }

    private void check(Context ctx, ClientSecret client) {
        String type = Optional.ofNullable(ctx.formParam("grant_type")).orElse("");
        if (type.isEmpty()) {
            grant.refuse(ctx, "invalid_request", "Missing form parameter: grant_type");
        } else if (!type.equals("client_credentials")) {
            grant.refuse(ctx, "unsupported_grant_type", "Unsupported grant_type");
        } else if (clients.accepts(client.id(), client.secret())) {
            gate.succeeded(client.id());
            grant.grant(ctx, client.id(), scope(ctx));
        } else {
            grant.refuseClient(ctx, clients.active(client.id()));
        }
    }

    private static String scope(Context ctx) {
        return Optional.ofNullable(ctx.formParam("scope")).orElse("");
    }

    void answers(LoginAnswer told) {
        answer = told;
    }

    void fail(Outage how) {
        outage = how;
    }

    List<TokenRequest> requests() {
        return requests.all();
    }
}

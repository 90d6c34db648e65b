package io.apikit.testkit.token;

import io.apikit.testkit.internal.LoginGate;
import io.apikit.testkit.internal.LoginOutage;
import io.apikit.testkit.internal.RecentEvents;
import io.apikit.testkit.internal.TestAccounts;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;

/** What a token endpoint checks, in this order: that it works, the form, the client. */
final class ClientCredentialsHandler {
    private static final int MOST_REQUESTS = 10_000;

    private final RecentEvents<TokenRequest> requests = new RecentEvents<>(MOST_REQUESTS);
    private final TestAccounts clients;
    private final TokenEndpointResponses grant;
    private final LoginGate gate;
    private volatile LoginResponse answer = LoginResponse.NORMAL;
    private volatile LoginOutage outage = LoginOutage.NONE;

    ClientCredentialsHandler(TestAccounts clients, TokenEndpointResponses grant, LoginGate gate) {
        this.clients = clients;
        this.grant = grant;
        this.gate = gate;
    }

    void handle(Context ctx) {
        ClientAuthentication client = ClientAuthentication.of(ctx);
        requests.add(new TokenRequest(client.id(), scope(ctx), client.basic()));
        gate.attempt(ctx, client.id(), () -> answer(ctx, client));
    }

    private void answer(Context ctx, ClientAuthentication client) {
        LoginResponse told = answer;
        LoginOutage failing = outage;
        if (failing.active()) {
            failing.send(ctx);
        } else if (told != LoginResponse.NORMAL) {
            told.send(ctx, "access_token");
        } else {
            check(ctx, client);
        }
    }

    private void check(Context ctx, ClientAuthentication client) {
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

    void answers(LoginResponse told) {
        answer = told;
    }

    void fail(LoginOutage how) {
        outage = how;
    }

    List<TokenRequest> requests() {
        return requests.all();
    }
}

package io.apikit.testkit.token;

import io.apikit.testkit.internal.LoginGate;
import io.apikit.testkit.internal.LoginOutage;
import io.apikit.testkit.internal.RecentEvents;
import io.apikit.testkit.internal.TestAccounts;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;

/** Handles a request for a token. It checks, in this order: whether the endpoint fails, the form, the client. */
final class ClientCredentialsHandler {
    private static final int MOST_REQUESTS = 10_000;

    private final RecentEvents<TokenRequest> requests = new RecentEvents<>(MOST_REQUESTS);
    private final TestAccounts clients;
    private final TokenEndpointResponses responses;
    private final LoginGate gate;
    private volatile LoginResponse response = LoginResponse.NORMAL;
    private volatile LoginOutage outage = LoginOutage.NONE;

    ClientCredentialsHandler(TestAccounts clients, TokenEndpointResponses responses, LoginGate gate) {
        this.clients = clients;
        this.responses = responses;
        this.gate = gate;
    }

    void handle(Context ctx) {
        ClientAuthentication client = ClientAuthentication.of(ctx);
        requests.add(new TokenRequest(client.id(), scope(ctx), client.basic()));
        gate.attempt(ctx, client.id(), () -> respond(ctx, client));
    }

    private void respond(Context ctx, ClientAuthentication client) {
        LoginResponse current = response;
        LoginOutage failing = outage;
        if (failing.active()) {
            failing.send(ctx);
        } else if (current != LoginResponse.NORMAL) {
            current.send(ctx, "access_token");
        } else {
            check(ctx, client);
        }
    }

    private void check(Context ctx, ClientAuthentication client) {
        String type = Optional.ofNullable(ctx.formParam("grant_type")).orElse("");
        if (type.isEmpty()) {
            responses.refuse(ctx, "invalid_request", "Missing form parameter: grant_type");
        } else if (!type.equals("client_credentials")) {
            responses.refuse(ctx, "unsupported_grant_type", "Unsupported grant_type");
        } else if (clients.accepts(client.id(), client.secret())) {
            gate.succeeded(client.id());
            responses.grant(ctx, client.id(), scope(ctx));
        } else {
            responses.refuseClient(ctx, clients.active(client.id()));
        }
    }

    private static String scope(Context ctx) {
        return Optional.ofNullable(ctx.formParam("scope")).orElse("");
    }

    void response(LoginResponse toAll) {
        response = toAll;
    }

    void fail(LoginOutage how) {
        outage = how;
    }

    List<TokenRequest> requests() {
        return requests.all();
    }
}

package io.apikit.example.joined;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.example.demo.DemoBackend;
import io.apikit.ops.logging.Logging;

/** Runs {@link JoinedService} at a free port, in front of two embedded backends, without configuration. */
public final class JoinedMain {
    private JoinedMain() {}

    /** Starts the service, and prints lines to try. */
    public static void main(String... args) {
        Logging.configure(System.getenv());
        var demo = DemoBackend.start();
        var owners = OwnerRegistry.start();
        var registry = Backend.at(owners.url())
                .auth(Authenticator.basic())
                .credentials(Credentials.password(OwnerRegistry.ACCOUNT, OwnerRegistry.PASSWORD))
                .build();
        var app = JoinedService.app(demo.backend(), registry).start("127.0.0.1", 0);
        System.out.println("Joined: metrics behind an oauth2-proxy, owners behind Basic authentication. Try:");
        demo.lines("http://127.0.0.1:" + app.port()).forEach(System.out::println);
    }
}

package io.apikit.testkit.token;

import io.apikit.testkit.internal.BasicHeader;
import io.apikit.testkit.internal.FakeTokenServer;
import io.apikit.testkit.internal.IssuedTokens;
import io.apikit.testkit.internal.TestAccounts;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A fake of an API with a login endpoint of its own, which returns a token for a user name and a password. It serves HTTP on
 * 127.0.0.1 and a free port.
 *
 * <ul>
 *   <li>{@code POST /login} takes the credentials as Basic (RFC 7617), as a form, or as JSON, whatever the fields are called.
 *       The response has the token as {@code access_token} and as {@code token}, beside {@code expires_in}.
 *   <li>All other paths are the handler's. The token is the value of any header, or the last word of one, such as
 *       {@code Authorization: Bearer TOKEN}. Without one the response is a 401 in JSON.
 * </ul>
 *
 * <p>Thread-safe. The path of the login and the clock are fixed; everything else can be changed while the server runs. Its
 * threads are daemon threads. It keeps passwords in plain text.
 */
public final class FakeTokenSite extends FakeTokenServer {
    private static final String USER = "io.apikit.testkit.token.user";

    private final TestAccounts accounts = new TestAccounts();
    private final Handler handler;
    private final String loginPath;

    private FakeTokenSite(Builder builder) {
        super("fake-token-site", builder);
        handler = builder.handler;
        loginPath = builder.loginPath;
        start(this::configure);
    }

    /** Returns a builder of an API whose data come from this handler, which can ask for the {@link #user}. */
    public static Builder inFrontOf(Handler handler) {
        return new Builder(handler);
    }

    /** Returns the user of a request that has reached the handler. */
    public static String user(Context ctx) {
        return String.valueOf(ctx.<Object>attribute(USER));
    }

    private void configure(JavalinConfig config) {
        config.routes.post(loginPath, this::logIn);
        HandlerType.values().stream()
                .filter(HandlerType::isHttpMethod)
                .forEach(method -> config.routes.addHttpHandler(method, "*", this::handle));
    }

    private void logIn(Context ctx) {
        PostedCredentials posted = PostedCredentials.of(ctx);
        gate().attempt(ctx, posted.user(), () -> check(ctx, posted));
    }

    private void check(Context ctx, PostedCredentials posted) {
        Optional<String> user = posted.acceptedBy(accounts);
        if (user.isEmpty()) {
            refuse(ctx, "wrong user name or password");
            return;
        }
        gate().succeeded(user.orElseThrow());
        String token = tokens().issue(user.orElseThrow());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("access_token", token);
        body.put("token", token);
        body.put("token_type", "Bearer");
        body.put("expires_in", tokens().life().toSeconds());
        ctx.json(body);
    }

    private void handle(Context ctx) throws Exception {
        Optional<String> user = ctx.headerMap().values().stream()
                .map(value -> value.substring(value.lastIndexOf(' ') + 1))
                .flatMap(token -> tokens().live(token).stream())
                .map(IssuedTokens.Grant::subject)
                .findFirst();
        if (user.isEmpty()) {
            refuse(ctx, "no valid token");
            return;
        }
        ctx.attribute(USER, user.orElseThrow());
        handler.handle(ctx);
    }

    private static void refuse(Context ctx, String message) {
        ctx.status(401).header("WWW-Authenticate", "Bearer").json(Map.of("message", message));
    }

    /** Adds a user, or replaces the user of that name. */
    public void addUser(String name, String password) {
        accounts.put(name, password);
    }

    /** The values that a login was sent: any of them may be the user name, any the password. */
    private record PostedCredentials(List<String> values) {
        static PostedCredentials of(Context ctx) {
            Optional<BasicHeader> basic = BasicHeader.of(ctx);
            if (basic.isPresent()) {
                return new PostedCredentials(
                        List.of(basic.orElseThrow().user(), basic.orElseThrow().password()));
            }
            Stream<String> form = ctx.formParamMap().values().stream().flatMap(List::stream);
            Stream<String> sent = String.valueOf(ctx.contentType()).contains("json") ? texts(ctx) : form;
            return new PostedCredentials(
                    Stream.concat(ctx.pathParamMap().values().stream(), sent).toList());
        }

        private static Stream<String> texts(Context ctx) {
            return texts(ctx.bodyAsClass(Object.class));
        }

        private static Stream<String> texts(Object json) {
            if (json instanceof Map<?, ?> fields) {
                return fields.values().stream().flatMap(PostedCredentials::texts);
            }
            if (json instanceof List<?> items) {
                return items.stream().flatMap(PostedCredentials::texts);
            }
            return Stream.of(String.valueOf(json));
        }

        /** The first value, which is the user name in all but odd requests. */
        String user() {
            return values.stream().findFirst().orElse("");
        }

        Optional<String> acceptedBy(TestAccounts accounts) {
            return values.stream()
                    .filter(name -> values.stream().anyMatch(password -> accounts.accepts(name, password)))
                    .findFirst();
        }
    }

    /** Collects the settings of a {@link FakeTokenSite}. Not thread-safe; it starts one server. */
    public static final class Builder extends FakeTokenServer.Builder<Builder> {
        private final Handler handler;
        private String loginPath = "/login";

        private Builder(Handler handler) {
            super(Duration.ofHours(1));
            this.handler = handler;
        }

        /** Sets the path of the login. A segment in braces may be the user name. Default: {@code /login}. */
        public Builder loginPath(String path) {
            loginPath = path;
            return this;
        }

        /** Sets how long a token is valid. Default: 1 h. */
        @Override
        public Builder tokenLife(Duration life) {
            return super.tokenLife(life);
        }

        /** Starts the server on a free port. */
        public FakeTokenSite start() {
            return new FakeTokenSite(this);
        }
    }
}

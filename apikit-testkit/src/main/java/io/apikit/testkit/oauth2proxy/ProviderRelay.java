package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Serves an identity provider below a path of another origin, as a reverse proxy does. Cookies pass as they are. */
final class ProviderRelay {
    private static final List<String> TO_PROVIDER = List.of("Cookie", "Content-Type", "Origin", "Referer");
    private static final List<String> TO_CLIENT = List.of("Set-Cookie", "Location", "Retry-After");

    private final HttpClient client = HttpClient.newHttpClient();
    private final FakeIdentityProvider provider;
    private final String path;

    /** @param path such as {@code /dex} */
    ProviderRelay(FakeIdentityProvider provider, String path) {
        this.provider = provider;
        this.path = path;
    }

    /** Returns the address of the authorization endpoint below the path. */
    String authorizationUri(String origin, Map<String, String> parameters) {
        return origin
                + path
                + provider.authorizationUri(parameters).substring(provider.url().length());
    }

    void routes(RoutesConfig routes) {
        OAuth2ProxyEndpoints.at(routes, path + "/*", this::handle);
    }

    private void handle(Context ctx) throws IOException, InterruptedException {
        String query = ctx.queryString() == null ? "" : "?" + ctx.queryString();
        URI to = URI.create(provider.url() + ctx.path().substring(path.length()) + query);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(to).method(ctx.method().name(), BodyPublishers.ofByteArray(ctx.bodyAsBytes()));
        TO_PROVIDER.forEach(
                name -> Optional.ofNullable(ctx.header(name)).ifPresent(value -> request.header(name, value)));
        HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
        ctx.status(response.statusCode()).result(response.body());
        response.headers().firstValue("Content-Type").ifPresent(ctx::contentType);
        TO_CLIENT.forEach(name ->
                response.headers().allValues(name).forEach(value -> ctx.res().addHeader(name, value)));
    }
}

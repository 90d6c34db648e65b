package io.apikit.callers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** An issuer of tokens on loopback, with metadata and keys, which counts how often its keys are fetched. */
final class Issuer implements AutoCloseable {
    static final String AUDIENCE = "uservice-guarded";

    /** Made once: a key costs more than all else that a test does. */
    private static final RSAKey FIRST = rsa("first");

    private final HttpServer server;
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile RSAKey key = FIRST;
    private volatile List<JWK> published = List.of(key);
    private volatile boolean isDown;
    private volatile String named = "";

    Issuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/.well-known/openid-configuration",
                exchange -> respond(
                        exchange,
                        "{\"issuer\":\"" + (named.isEmpty() ? url() : named) + "\",\"jwks_uri\":\"" + url()
                                + "/keys\"}"));
        server.createContext("/keys", exchange -> {
            fetches.incrementAndGet();
            respond(exchange, new JWKSet(published).toString());
        });
        server.start();
    }

    private void respond(HttpExchange exchange, String body) throws IOException {
        var bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(isDown ? 503 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    int fetches() {
        return fetches.get();
    }

    void down(boolean isDown) {
        this.isDown = isDown;
    }

    /** Has the metadata name another issuer. */
    void name(String other) {
        this.named = other;
    }

    /** Signs with a new key from now on, and publishes it. */
    void rotate(String id) {
        this.key = rsa(id);
        this.published = List.of(key);
    }

    RSAKey key() {
        return key;
    }

    Callers check() {
        return Callers.jwt(jwt -> jwt.issuer(url()).audience(AUDIENCE));
    }

    String token() {
        return token(claims -> claims);
    }

    String token(UnaryOperator<JWTClaimsSet.Builder> change) {
        return token(key, "JWT", change);
    }

    String token(RSAKey signedWith, String type, UnaryOperator<JWTClaimsSet.Builder> change) {
        var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(signedWith.getKeyID())
                .type(new JOSEObjectType(type))
                .build();
        try {
            var token = new SignedJWT(header, change.apply(claims()).build());
            token.sign(new RSASSASigner(signedWith));
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns a token with a key of another kind, which is published too. */
    String ellipticToken() throws JOSEException {
        var elliptic = new ECKeyGenerator(Curve.P_256).keyID("elliptic").generate();
        published = List.of(key, elliptic);
        return elliptic(elliptic);
    }

    private String elliptic(ECKey with) throws JOSEException {
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(with.getKeyID()).build(), claims().build());
        token.sign(new ECDSASigner(with));
        return token.serialize();
    }

    JWTClaimsSet.Builder claims() {
        var now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(url())
                .audience(List.of("other", AUDIENCE))
                .subject("alice")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("scope", "openid jobs:read");
    }

    static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

package io.apikit.callers;

import io.apikit.ops.Operations;
import io.apikit.ops.callers.CallerCheck;
import io.apikit.ops.callers.VerifiedCaller;
import io.javalin.http.Context;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Ready-made checks of who may call a service. A service with a service account needs one, because it answers everybody
 * who can reach it.
 *
 * <pre>{@code
 * .operations(Callers.apiKeys(Path.of("/etc/uservice/callers.keys"))::protect)
 * .operations(Callers.jwt(jwt -> jwt.issuer("https://idp.example.org/realms/lab").audience("uservice"))::protect)
 * }</pre>
 *
 * <p>A caller that is refused gets a 401 with {@code WWW-Authenticate} for every path and method, so that it does not
 * learn which routes exist. {@link CallerCheck} and {@link Operations#callers} name what needs no credential. The API key
 * or token is removed from the request: it never reaches a backend. Immutable and thread-safe; {@code toString} has no
 * secret.
 */
public final class Callers implements CallerCheck {
    private final List<CredentialCheck> checks;
    private final Set<String> openPaths;
    private final boolean protectsMetadata;
    private final boolean protectsMetrics;

    private Callers(
            List<CredentialCheck> checks, Set<String> openPaths, boolean protectsMetadata, boolean protectsMetrics) {
        this.checks = List.copyOf(checks);
        this.openPaths = Collections.unmodifiableSet(new LinkedHashSet<>(openPaths));
        this.protectsMetadata = protectsMetadata;
        this.protectsMetrics = protectsMetrics;
    }

    private Callers(List<CredentialCheck> checks) {
        this(checks, Set.of(), false, false);
    }

    /**
     * Returns a check of API keys in {@code X-API-Key} or {@code Authorization: Bearer}. The file has the keys' SHA-256
     * digests, one caller per line:
     *
     * <pre>
     * # name: SHA-256 of the key, in hexadecimal
     * alice: 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b
     * </pre>
     *
     * <p>A name may have several keys, so that a key can be replaced without a gap. A line that is empty or begins with
     * {@code #} does not count. A key has at least 22 characters, which is what 128 random bits take. A digest of so many
     * random bits cannot be reversed by trying, so a fast digest is enough.
     *
     * <p>The file is read again once it has changed and has not been written for 2 s. A link that leads to another file is
     * followed at once. If the changed file cannot be used, the last good callers stay, and a warning is logged.
     *
     * @throws IllegalArgumentException if the file cannot be used. The message names the file and the line, and quotes
     *     nothing of it
     */
    public static Callers apiKeys(Path file) {
        return apiKeys(file, options -> {});
    }

    /** Returns a check of API keys with these options. Otherwise the same as {@link #apiKeys(Path)}. */
    public static Callers apiKeys(Path file, Consumer<ApiKeyOptions> options) {
        var settings = new ApiKeyOptions();
        options.accept(settings);
        return new Callers(List.of(new ApiKeyCheck(new ApiKeyFile(file), settings.header())));
    }

    /**
     * Returns a check of signed tokens (JWT, RFC 7519) in {@code Authorization: Bearer}. The issuer's keys are found by
     * its {@code /.well-known/openid-configuration} when the first token is checked.
     *
     * @throws IllegalArgumentException if there is no issuer or no audience
     */
    public static Callers jwt(Consumer<JwtOptions> options) {
        var settings = new JwtOptions();
        options.accept(settings);
        return new Callers(List.of(JwtCheck.of(settings)));
    }

    /**
     * Returns a check that admits a caller if one of these does. The first that admits it decides. What one of these
     * leaves open is open, and what one of these protects is protected.
     *
     * @throws IllegalArgumentException for no checks at all
     */
    public static Callers anyOf(Callers... checks) {
        if (checks.length == 0) {
            throw new IllegalArgumentException("anyOf needs a check");
        }
        var all = new ArrayList<CredentialCheck>();
        var open = new LinkedHashSet<String>();
        for (var check : checks) {
            all.addAll(check.checks);
            open.addAll(check.openPaths);
        }
        var each = List.of(checks);
        return new Callers(
                all,
                open,
                each.stream().anyMatch(Callers::protectsMetadata),
                each.stream().anyMatch(Callers::protectsMetrics));
    }

    /** Returns the caller of this request; empty if callers are not checked, or not for this path. */
    public static Optional<VerifiedCaller> of(Context ctx) {
        return VerifiedCaller.of(ctx);
    }

    /** Sets this check in an app: {@code .operations(Callers.apiKeys(file)::protect)}. */
    public void protect(Operations operations) {
        operations.callers(this);
    }

    /**
     * Returns the same check with further paths whose GET and HEAD everybody may send, such as {@code /docs}. A request
     * must spell the path the same way.
     *
     * @throws IllegalArgumentException for a path that does not begin with a slash
     */
    public Callers open(String... paths) {
        var more = new LinkedHashSet<>(openPaths);
        for (var path : paths) {
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("an open path begins with a slash, not \"" + path + '"');
            }
            more.add(path);
        }
        return new Callers(checks, more, protectsMetadata, protectsMetrics);
    }

    /** Returns the same check that protects the metadata too. */
    public Callers alsoProtectMetadata() {
        return new Callers(checks, openPaths, true, protectsMetrics);
    }

    /** Returns the same check that protects the metrics too: Prometheus can send a token. */
    public Callers alsoProtectMetrics() {
        return new Callers(checks, openPaths, protectsMetadata, true);
    }

    @Override
    public Decision check(Function<String, List<String>> headers) {
        var refusals = new ArrayList<Refused>();
        for (var check : checks) {
            var decision = check.check(headers);
            if (decision instanceof Admitted) {
                return decision;
            }
            refusals.add((Refused) decision);
        }
        return Refusals.merged(refusals);
    }

    @Override
    public Set<String> ownHeaders() {
        var headers = new LinkedHashSet<String>();
        checks.forEach(check -> check.ownHeader().ifPresent(headers::add));
        return headers;
    }

    @Override
    public boolean needsAuthorization() {
        return checks.stream().anyMatch(check -> check.ownHeader().isEmpty());
    }

    @Override
    public Set<String> openPaths() {
        return openPaths;
    }

    @Override
    public boolean protectsMetadata() {
        return protectsMetadata;
    }

    @Override
    public boolean protectsMetrics() {
        return protectsMetrics;
    }

    @Override
    public Map<String, Map<String, Object>> securitySchemes() {
        var schemes = new LinkedHashMap<String, Map<String, Object>>();
        checks.forEach(check -> check.securitySchemes().forEach((name, scheme) -> {
            if (!schemes.containsValue(scheme)) {
                schemes.put(unused(name, schemes.keySet()), scheme);
            }
        }));
        return schemes;
    }

    private static String unused(String name, Set<String> used) {
        var unused = name;
        for (int i = 2; used.contains(unused); i++) {
            unused = name + i;
        }
        return unused;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Objects.requireNonNull(registry, "registry");
        checks.forEach(check -> check.bindTo(registry));
    }

    @Override
    public String toString() {
        return "Callers" + checks;
    }
}

package io.apikit.interop;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Where {@code interop/run} has put the servers, in the versions that {@code interop/versions} names. */
final class Installed {
    private static final Properties VERSIONS = versions();

    private Installed() {}

    static Path oauth2Proxy(ProxyVersion which) {
        return path("oauth2-proxy", version("oauth2-proxy." + which.key()), "oauth2-proxy");
    }

    static Path dex() {
        return path("dex", version("dex"), "dex");
    }

    static Path keycloak() {
        var version = version("keycloak");
        return path("keycloak", version, "keycloak-" + version);
    }

    static Path oidcProvider() {
        return path("oidc-provider", version("oidc-provider"), "node_modules");
    }

    /** Returns the folder of a server that {@code interop/run} brings where it can, or skips the test. */
    static Path orSkip(String name) {
        var folder = Path.of(property("interop.servers"), name, version(name));
        Assumptions.assumeTrue(Files.exists(folder), name + " is not there: interop/run brings it where it can");
        return folder;
    }

    /** Returns nginx, which is the machine's own, or skips the test. */
    static Path nginxOrSkip() {
        var nginx = Stream.concat(onPath("nginx"), Stream.of(Path.of("/usr/sbin/nginx")))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(nginx.isPresent(), "nginx is not there");
        return nginx.orElseThrow();
    }

    static boolean hasNode() {
        return onPath("node").anyMatch(Files::isExecutable);
    }

    private static Stream<Path> onPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, program));
    }

    /** Something beside {@code interop/run}. */
    static Path script(String name) {
        return Path.of(property("interop.versions")).resolveSibling(name);
    }

    /** Returns a new folder for what a server writes. */
    static Path emptyFolder(String name) {
        try {
            return Files.createTempDirectory(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path logs() {
        return Path.of(property("interop.logs"));
    }

    static String version(String key) {
        return Optional.ofNullable(VERSIONS.getProperty(key))
                .orElseThrow(() -> new IllegalStateException("interop/versions has no " + key));
    }

    private static Path path(String... names) {
        var path = Path.of(property("interop.servers"), names);
        if (!Files.exists(path)) {
            throw new IllegalStateException(path + " is not there: apikit-auth/interop/run brings it");
        }
        return path;
    }

    private static Properties versions() {
        var versions = new Properties();
        try (var reader = Files.newBufferedReader(Path.of(property("interop.versions")))) {
            versions.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return versions;
    }

    private static String property(String name) {
        return Optional.ofNullable(System.getProperty(name))
                .orElseThrow(() -> new IllegalStateException(name + " is not set: use apikit-auth/interop/run"));
    }
}

package io.apikit.interop;

import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The servers that all tests of a run share, one of each: handed to whoever names it as a parameter. */
final class Servers implements AutoCloseable {
    private final int proxyPort = Ports.free();
    private final Keycloak keycloak = new Keycloak();
    private final Dex dex = new Dex(RealProxy.callback(proxyPort));
    private final Upstream upstream = new Upstream();

    IdentityProvider provider(Idp which) {
        return which == Idp.DEX ? dex : keycloak();
    }

    /** Who has tokens of a life that lets the proxy renew its cookies at short notice. */
    IdentityProvider refreshing(ProxyVersion proxy, Idp which) {
        var brief = which == Idp.KEYCLOAK && proxy == ProxyVersion.OLD;
        return brief ? keycloak().as(Realm.BRIEF) : provider(which);
    }

    Dex dex() {
        return dex;
    }

    Keycloak keycloak() {
        return keycloak.ready();
    }

    Upstream upstream() {
        return upstream;
    }

    /** Where every provider has to send a browser back to. */
    String callback() {
        return RealProxy.callback(proxyPort);
    }

    /** One at a time: they share a port, which the providers know. */
    RealProxy proxy(ProxyVersion version, IdentityProvider provider, String... flags) {
        return proxyOf(upstream.url(), version, provider, flags);
    }

    /** As that one, with an upstream of the test's own. */
    RealProxy proxyOf(String url, ProxyVersion version, IdentityProvider provider, String... flags) {
        return new RealProxy(version, proxyPort, provider, url, flags);
    }

    @Override
    public void close() {
        upstream.close();
        dex.close();
        keycloak.close();
    }

    /** Starts them before the first test that asks, and ends them after the last test of all. */
    static final class Shared implements ParameterResolver {
        private static final Map<Class<?>, Supplier<?>> KINDS =
                Map.of(Servers.class, Servers::new, FormSites.class, FormSites::new);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return KINDS.containsKey(parameter.getParameter().getType());
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            var kind = parameter.getParameter().getType();
            var store = context.getRoot().getStore(Namespace.GLOBAL);
            return store.getOrComputeIfAbsent(
                    kind, key -> Objects.requireNonNull(KINDS.get(key)).get());
        }
    }
}

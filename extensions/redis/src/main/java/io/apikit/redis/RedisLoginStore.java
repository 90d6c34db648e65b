package io.apikit.redis;

import io.apikit.auth.LoginStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LoginStore} on Redis 6.2 or newer, or on Valkey. Thread-safe: one store serves any number of backends, with one
 * connection for commands and one for messages.
 *
 * <pre>{@code
 * var store = RedisLoginStore.at(System.getenv("STORE_URL"));
 * var backend = Backend.at("https://pele.example.org")
 *         .name("pele")
 *         .auth(Authenticator.basic())
 *         .loginStore(store)
 *         .storeKey(Path.of("/run/secrets/store-key"))
 *         .replicas(3)
 *         .build();
 * }</pre>
 *
 * <p>It connects in the background once the first backend opens it, so that a Redis that is down fails no start. Tries to
 * connect begin 50 ms apart, later 2 s, with half of the pause left to chance. A command takes 150 ms at most, and fails at
 * once while there is no connection; none is kept for later. One that has failed may nevertheless have been carried out. A
 * connection that is silent for 3 s, or leads to a server that has become a replica, is made anew.
 *
 * <p>Which URLs there are:
 * <ul>
 *   <li>{@code redis://user:password@host:6379/0}, and {@code rediss://} with TLS
 *   <li>{@code redis-sentinel://user:password@host1:26379,host2:26379/0#master-name}, and {@code rediss-sentinel://}
 *   <li>{@code redis-cluster://user:password@host1:6379,host2:6379}, and {@code rediss-cluster://}: some of the nodes
 * </ul>
 * The user and the password are optional, and in percent-encoding. With TLS the certificate of the server must be for its
 * name, and signed by an authority that the JVM trusts, or that {@link Builder#trusting} names.
 */
public final class RedisLoginStore implements LoginStore {
    private final RedisLink link;
    private final RedisMessages messages;
    private volatile boolean isClosed;

    private RedisLoginStore(RedisLink link) {
        this.link = link;
        this.messages = new RedisMessages(link);
    }

    /**
     * Returns a store at this URL. Nothing is sent yet.
     *
     * @throws IllegalArgumentException if the URL is none of those above; the text has nothing of the URL
     */
    public static RedisLoginStore at(String url) {
        return builder(url).build();
    }

    /**
     * Returns a builder of a store at this URL, for a certificate or a password of its own.
     *
     * @throws IllegalArgumentException if the URL is none of those above; the text has nothing of the URL
     */
    public static Builder builder(String url) {
        return new Builder(RedisAddress.parse(url));
    }

    /** Opens a part of the store, and starts to connect if that has not been done. Waits for nothing. */
    @Override
    public Space open(String name, Listener listener) {
        if (isClosed) {
            throw new IllegalStateException("the store at " + link + " is closed: close it after its backends");
        }
        var space = new RedisSpace(name, listener, link, messages);
        link.start();
        messages.start();
        return space;
    }

    /** Ends the connections and their threads, within 8 s at most. Called again, it does nothing. */
    @Override
    public void close() {
        isClosed = true;
        messages.close();
        link.close();
    }

    /** Returns the hosts, without the user and the password. */
    @Override
    public String toString() {
        return "RedisLoginStore[" + link + "]";
    }

    /** Collects what a store needs besides its URL. Not thread-safe. */
    public static final class Builder {
        private final RedisAddress address;
        private @Nullable TrustManagerFactory trusted;
        private Duration commandLimit = RedisLink.COMMAND;
        private Duration silence = RedisLink.SILENCE;

        private Builder(RedisAddress address) {
            this.address = address;
        }

        /**
         * Trusts the certificates in a file, and no others. Default: those that the JVM trusts.
         *
         * @param pem one certificate or more, X.509 in PEM (RFC 7468)
         * @throws IllegalArgumentException if the file cannot be read, or has no certificate
         * @throws IllegalStateException if the URL is one without TLS
         */
        public Builder trusting(Path pem) {
            if (!address.hasTls()) {
                throw new IllegalStateException(
                        "trusting(" + pem + ") needs TLS: a URL of rediss://, rediss-sentinel:// or rediss-cluster://");
            }
            trusted = read(pem);
            return this;
        }

        /**
         * Sets the user and the password as they are, without percent-encoding. Default: those of the URL, if any.
         *
         * @param user one of Redis's access control list; {@code default} where there is a password alone
         */
        public Builder credentials(String user, String password) {
            address.authenticate(Objects.requireNonNull(user, "user"), Objects.requireNonNull(password, "password"));
            return this;
        }

        /** Sets how long a command takes at most, for tests on a busy machine. Default: 150 ms. */
        Builder commandLimit(Duration limit) {
            commandLimit = limit;
            return this;
        }

        /** Sets after how long a silent connection is made anew, for tests. Default: 3 s. */
        Builder silence(Duration longest) {
            silence = longest;
            return this;
        }

        /** Returns the store. Nothing is sent yet. */
        public RedisLoginStore build() {
            return new RedisLoginStore(new RedisLink(address, trusted, commandLimit, silence));
        }

        private static TrustManagerFactory read(Path pem) {
            try (InputStream in = Files.newInputStream(pem)) {
                var store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                int read = 0;
                for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                    store.setCertificateEntry("trusted" + read++, certificate);
                }
                if (read == 0) {
                    throw new IllegalArgumentException(pem + " has no certificate in PEM");
                }
                var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(store);
                return factory;
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalArgumentException(pem + " cannot be read as certificates in PEM: " + e, e);
            }
        }
    }
}

package io.apikit.callers;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetRetrievalException;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.text.ParseException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the keys of an issuer from the address that its metadata names (OpenID Connect Discovery 1.0, section 4). Caches
 * nothing but that address. Thread-safe.
 */
final class IssuerKeys implements JWKSetSource<SecurityContext> {
    private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);
    private static final int TIMEOUT_MS = 2_000;
    private static final int MOST_BYTES = 512 * 1024;

    private final String issuer;
    private final DefaultResourceRetriever http = new Http();
    private volatile @Nullable URL keysUrl;
    private volatile boolean hasSucceeded;

    IssuerKeys(String issuer) {
        this.issuer = issuer;
    }

    /** Returns whether keys were fetched at least once. */
    boolean hasSucceeded() {
        return hasSucceeded;
    }

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator refresh, long currentTime, @Nullable SecurityContext context)
            throws KeySourceException {
        try {
            var known = keysUrl;
            var url = known == null ? discover() : known;
            var keys = JWKSet.parse(http.retrieveResource(url).getContent());
            keysUrl = url;
            hasSucceeded = true;
            return keys;
        } catch (IOException | ParseException | IllegalArgumentException e) {
            // The address may have changed: the next fetch discovers it again.
            keysUrl = null;
            log.warn("the keys of the issuer {} could not be fetched: {}", issuer, e.getMessage());
            throw new JWKSetRetrievalException("the keys of the issuer could not be fetched", e);
        }
    }

    /** The issuer that the metadata names must be the one that was asked (section 4.3). */
    private URL discover() throws IOException, ParseException {
        var base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        var metadata = JSONObjectUtils.parse(http.retrieveResource(
                        URI.create(base + "/.well-known/openid-configuration").toURL())
                .getContent());
        if (!issuer.equals(JSONObjectUtils.getString(metadata, "issuer"))) {
            throw new IllegalArgumentException("its metadata names another issuer");
        }
        var address = JSONObjectUtils.getString(metadata, "jwks_uri");
        if (address == null) {
            throw new IllegalArgumentException("its metadata has no jwks_uri");
        }
        try {
            return IssuerUrl.require("jwks_uri", new URI(address)).toURL();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("its jwks_uri is malformed", e);
        }
    }

    @Override
    public void close() {}

    /** Follows no redirect: keys come from the addresses that the issuer names. */
    private static final class Http extends DefaultResourceRetriever {
        private Http() {
            super(TIMEOUT_MS, TIMEOUT_MS, MOST_BYTES);
        }

        @Override
        protected HttpURLConnection openHTTPConnection(URL url) throws IOException {
            var connection = super.openHTTPConnection(url);
            connection.setInstanceFollowRedirects(false);
            return connection;
        }
    }
}

package io.apikit.http;

import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whose certificates are believed: those of the system, some of one's own instead, or anybody's. */
sealed interface Trust {
    /** The Java installation's own certificates. */
    record Installed() implements Trust {}

    /** These and no others. */
    record Only(List<X509Certificate> certificates) implements Trust {}

    /** Nothing is checked, the host's name neither. */
    record Anybody() implements Trust {}

    /** Extended, since the JDK would wrap a plain one in checks of its own. */
    final class Everything extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

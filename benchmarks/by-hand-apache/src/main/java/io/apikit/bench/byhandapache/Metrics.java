package io.apikit.bench.byhandapache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.util.Base64;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.Timeout;

/** The backend: it knows the metrics of jobs, in plain text. Threadsafe. */
final class Metrics {
    private static final int MAX_CONNECTIONS = 512;
    private static final Timeout PATIENCE = Timeout.ofSeconds(10);

    private final String url;
    private final CloseableHttpClient client;

    Metrics(String url) {
        this.url = url;
        this.client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnTotal(MAX_CONNECTIONS)
                        .setMaxConnPerRoute(MAX_CONNECTIONS)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(PATIENCE)
                                .setSocketTimeout(PATIENCE)
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(PATIENCE)
                        .setResponseTimeout(PATIENCE)
                        .build())
                // Callers must not get each other's.
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    /** @throws Failure if there is no such metric, the user must not see it, or the backend is not there */
    String value(String jobname, String metric, String user, String password) {
        var request = new HttpGet(url + "/api?job=" + encoded(jobname) + "&metric=" + encoded(metric));
        var credentials = (user + ":" + password).getBytes(UTF_8);
        request.setHeader(
                HttpHeaders.AUTHORIZATION, "Basic " + Base64.getEncoder().encodeToString(credentials));
        try {
            return client.execute(request, Metrics::text);
        } catch (SocketTimeoutException late) {
            throw new Failure(504, "Gateway Timeout", "The backend did not answer in time.");
        } catch (IOException broken) {
            throw new Failure(502, "Bad Gateway", "The backend cannot be reached.");
        }
    }

    private static String text(ClassicHttpResponse response) throws IOException, ParseException {
        var text = EntityUtils.toString(response.getEntity(), UTF_8);
        if (response.getCode() >= 300) {
            throw new Failure(response.getCode(), response.getReasonPhrase(), text);
        }
        return text;
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, UTF_8);
    }
}

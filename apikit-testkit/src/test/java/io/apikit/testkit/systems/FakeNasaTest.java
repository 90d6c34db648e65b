package io.apikit.testkit.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.testkit.support.TestClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FakeNasaTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final TestClock clock = new TestClock();
    private final FakeNasa nasa =
            FakeNasa.builder().clock(clock).random(new Random(7)).start();

    /** The slow route has then been left alone for long enough. */
    @BeforeEach
    void letTheServerRest() {
        clock.pass(Duration.ofMillis(6_500));
    }

    @AfterEach
    void stop() {
        nasa.close();
    }

    private HttpResponse<byte[]> get(String path, String... headers) {
        return send("GET", path, headers);
    }

    private HttpResponse<byte[]> send(String method, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(nasa.url() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        try {
            return HTTP.send(
                    (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError(path + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private byte[] whole(NasaMedia kind) throws IOException {
        return nasa.body(kind).readAllBytes();
    }

    private int slow() {
        return get("/Slow-NASA").statusCode();
    }

    @Test
    void everyMediaTypeComesAtRandom() {
        Set<String> types = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            types.add(header(get("/NASA"), "Content-Type"));
        }

        assertThat(types).containsExactlyInAnyOrder("image/jpeg", "audio/wav", "application/pdf", "text/html");
        assertThat(nasa.hits()).isEqualTo(40);
        assertThat(nasa.hits("/NASA")).isEqualTo(40);
    }

    @ParameterizedTest
    @EnumSource
    void bytesAndHeadersAreThoseOfTheKind(NasaMedia kind) throws IOException {
        nasa.only(kind);
        HttpResponse<byte[]> response = get("/NASA");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).hasSize(4_096).isEqualTo(whole(kind));
        assertThat(header(response, "Content-Type")).isEqualTo(kind.contentType());
        assertThat(header(response, "Content-Length")).isEqualTo("4096");
        assertThat(header(response, "X-Description")).isEqualTo(kind.description());
        assertThat(header(response, "ETag")).isEqualTo(nasa.etag(kind)).startsWith("\"");
        assertThat(header(response, "Last-Modified")).endsWith("GMT");
        assertThat(header(response, "Content-Disposition")).startsWith("inline");
    }

    @Test
    void pictureCanBeDecoded() throws IOException {
        assertThat(ImageIO.read(new ByteArrayInputStream(whole(NasaMedia.JPEG))).getWidth())
                .isEqualTo(32);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 160, 65_520, 65_521, 65_522, 3_000_001})
    void bodyIsAsLongAsAskedFor(long bytes) throws IOException {
        nasa.bodyBytes(bytes);
        nasa.only(NasaMedia.JPEG);

        assertThat(get("/NASA").body()).hasSize((int) bytes).isEqualTo(whole(NasaMedia.JPEG));
    }

    @Test
    void terabyteBodyIsSentWhileItIsRead() throws IOException {
        long terabyte = 1L << 40;
        nasa.bodyBytes(terabyte);
        nasa.only(NasaMedia.WAV);
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(nasa.url() + "/NASA").toURL().openConnection();

        assertThat(connection.getContentLengthLong()).isEqualTo(terabyte);
        try (InputStream body = connection.getInputStream();
                InputStream expected = nasa.body(NasaMedia.WAV)) {
            assertThat(body.readNBytes(1_000_000)).isEqualTo(expected.readNBytes(1_000_000));
        } finally {
            connection.disconnect();
        }
        nasa.bodyBytes(10);
        assertThat(get("/NASA").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-99, 0, 100",
        "bytes=4000-, 4000, 4096",
        "bytes=4000-9999, 4000, 4096",
        "bytes=-96, 4000, 4096",
        "bytes=-9999, 0, 4096",
        "bytes=4095-4095, 4095, 4096"
    })
    void rangeIsThatPartOfTheWhole(String range, int from, int to) throws IOException {
        nasa.only(NasaMedia.PDF);
        HttpResponse<byte[]> response = get("/NASA", "Range", range);

        assertThat(response.statusCode()).isEqualTo(206);
        assertThat(header(response, "Content-Range")).isEqualTo("bytes " + from + "-" + (to - 1) + "/4096");
        assertThat(response.body()).isEqualTo(Arrays.copyOfRange(whole(NasaMedia.PDF), from, to));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=4096-", "bytes=9999-10000", "bytes=-0"})
    void rangeBeyondTheEndCannotBeSatisfied(String range) {
        HttpResponse<byte[]> response = get("/NASA", "Range", range);

        assertThat(response.statusCode()).isEqualTo(416);
        assertThat(header(response, "Content-Range")).isEqualTo("bytes */4096");
        assertThat(response.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=-", "bytes=5-2", "bytes=0-1,3-4", "lines=1-2", "bytes=9999999999999999999-"})
    void rangeThatIsNotUnderstoodIsIgnored(String range) {
        assertThat(get("/NASA", "Range", range).body()).hasSize(4_096);
    }

    @Test
    void rangeOfAnotherVersionIsIgnored() {
        nasa.only(NasaMedia.HTML);
        String modified = header(get("/NASA"), "Last-Modified");

        assertThat(ifRange(nasa.etag(NasaMedia.HTML))).isEqualTo(206);
        assertThat(ifRange(modified)).isEqualTo(206);
        assertThat(ifRange("\"other\"")).isEqualTo(200);
    }

    private int ifRange(String condition) {
        return get("/NASA", "Range", "bytes=0-1", "If-Range", condition).statusCode();
    }

    @Test
    void whatIsKnownIsNotSentAgain() {
        nasa.only(NasaMedia.HTML);
        String etag = nasa.etag(NasaMedia.HTML);
        String modified = header(get("/NASA"), "Last-Modified");
        HttpResponse<byte[]> known = get("/NASA", "If-None-Match", "\"x\", W/" + etag);

        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
        assertThat(header(known, "ETag")).isEqualTo(etag);
        assertThat(get("/NASA", "If-Modified-Since", modified).statusCode()).isEqualTo(304);
        assertThat(get("/NASA", "If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT")
                        .statusCode())
                .isEqualTo(200);
        assertThat(get("/NASA", "If-Modified-Since", "yesterday").statusCode()).isEqualTo(200);
        assertThat(get("/NASA", "If-None-Match", "\"x\"", "If-Modified-Since", modified)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void headIsGetWithoutBody() {
        HttpResponse<byte[]> response = send("HEAD", "/NASA");

        assertThat(header(response, "Content-Length")).isEqualTo("4096");
        assertThat(header(response, "X-Description")).isNotEmpty();
        assertThat(response.body()).isEmpty();
    }

    @Test
    void slowRouteNeedsPauseSinceLastAccess() {
        assertThat(slow()).isEqualTo(200);
        for (int i = 0; i < 5; i++) {
            clock.seconds(3);
            assertThat(slow()).isEqualTo(503);
        }
        clock.pass(Duration.ofMillis(6_500));

        assertThat(slow()).isEqualTo(200);
        assertThat(nasa.hits("/Slow-NASA")).isEqualTo(7);
        assertThat(nasa.served("/Slow-NASA")).isEqualTo(2);
        assertThat(nasa.hitInstants("/Slow-NASA")).hasSize(7).last().isEqualTo(clock.instant());
        assertThat(nasa.hitInstants("/NASA")).isEmpty();
    }

    @Test
    void slowRouteRefusesInItsFirstSeconds() {
        try (FakeNasa fresh = FakeNasa.builder().clock(clock).start()) {
            assertThat(status(fresh)).isEqualTo(503);
            clock.pass(Duration.ofMillis(3_999));
            assertThat(status(fresh)).isEqualTo(503);
            clock.pass(Duration.ofMillis(6_500));

            assertThat(status(fresh)).isEqualTo(200);
        }
    }

    private static int status(FakeNasa server) {
        try {
            return HTTP.send(
                            HttpRequest.newBuilder(URI.create(server.url() + "/Slow-NASA"))
                                    .build(),
                            BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("no response", e);
        }
    }

    @Test
    void dateComesTwice() {
        assertThat(get("/NASA").headers().allValues("Date")).hasSize(2);
        assertThat(get("/Slow-NASA").headers().allValues("Date")).hasSize(2);
    }

    @Test
    void refusalIsPageWithoutRetryAfter() {
        slow();
        HttpResponse<byte[]> refused = get("/Slow-NASA");

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(header(refused, "Content-Type")).startsWith("text/html");
        assertThat(header(refused, "Retry-After")).isEmpty();
    }

    @Test
    void neededRestIsDrawnFromFourSecondsOn() {
        int served = 0;
        slow();
        for (int i = 0; i < 40; i++) {
            clock.pass(Duration.ofMillis(3_999));
            assertThat(slow()).isEqualTo(503);
            clock.pass(Duration.ofMillis(5_250));
            served += slow() == 200 ? 1 : 0;
        }

        assertThat(served).isBetween(10, 30);
    }

    @Test
    void neededRestCanBeSet() {
        nasa.slowGap(Duration.ofSeconds(1), Duration.ofSeconds(1));
        slow();
        clock.seconds(1);

        assertThat(slow()).isEqualTo(200);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> nasa.slowGap(Duration.ofSeconds(2), Duration.ofSeconds(1)));
    }
}

package io.apikit.example.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;

import io.apikit.auth.Backend;
import io.apikit.example.RunningSystem;
import io.apikit.testkit.systems.FakeNasa;
import io.apikit.testkit.systems.NasaMedia;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NasaTest {
    private static final String PICTURE = "/nasa/picture";

    private final ManualTiming timing = new ManualTiming();
    private final FakeNasa nasa = FakeNasa.builder()
            .clock(timing::instant)
            .random(new Random(7))
            .bodyBytes(300_000)
            .start();
    private final RunningSystem service =
            RunningSystem.of(new Nasa(() -> Backend.at(nasa.url()).timing(timing)));

    @AfterEach
    void close() {
        service.close();
        nasa.close();
    }

    @ParameterizedTest
    @EnumSource
    void bytesAndDescribingHeadersPassThrough(NasaMedia kind) throws Exception {
        nasa.only(kind);
        var response = service.anonymous().get(PICTURE);
        response.then()
                .statusCode(200)
                .header("Content-Type", equalTo(kind.contentType()))
                .header("Content-Length", equalTo("300000"))
                .header("X-Description", equalTo(kind.description()))
                .header("ETag", equalTo(nasa.etag(kind)))
                .header("Last-Modified", notNullValue())
                .header("Content-Disposition", matchesPattern("inline; filename=.*"));
        assertThat(response.asByteArray()).isEqualTo(nasa.body(kind).readAllBytes());
    }

    @Test
    void rangeIsPassedThrough() throws Exception {
        nasa.only(NasaMedia.WAV);
        var response = service.anonymous().header("Range", "bytes=1000-1999").get(PICTURE);
        response.then().statusCode(206).header("Content-Range", equalTo("bytes 1000-1999/300000"));
        assertThat(response.asByteArray())
                .isEqualTo(Arrays.copyOfRange(nasa.body(NasaMedia.WAV).readAllBytes(), 1000, 2000));
    }

    @Test
    void unchangedContentIsA304() {
        nasa.only(NasaMedia.PDF);
        var response = service.anonymous()
                .header("If-None-Match", nasa.etag(NasaMedia.PDF))
                .get(PICTURE);
        response.then().statusCode(304).header("ETag", equalTo(nasa.etag(NasaMedia.PDF)));
        assertThat(response.asByteArray()).isEmpty();
    }

    @Test
    void headResponseHasNoBody() {
        nasa.only(NasaMedia.JPEG);
        service.anonymous().head(PICTURE).then().statusCode(200).header("Content-Type", equalTo("image/jpeg"));
    }

    @Test
    void repeatedDateOfTheBackendIsReplacedByOneOfTheService() {
        var response = service.anonymous().get(PICTURE);
        response.then().statusCode(200);
        assertThat(response.headers().getValues("Date")).hasSize(1);
    }

    @Test
    void refusalInTheFirstSecondsIsWaitedFor() {
        service.anonymous().get("/nasa/slow").then().statusCode(200);
        assertThat(nasa.served("/Slow-NASA")).isOne();
        assertThat(nasa.hits("/Slow-NASA")).isBetween(2, 8);
    }

    @Test
    void everyCallerIsServedWithABoundedNumberOfRequests() {
        for (int caller = 0; caller < 8; caller++) {
            service.anonymous().get("/nasa/slow").then().statusCode(200);
        }
        assertThat(nasa.served("/Slow-NASA")).isEqualTo(8);
        assertThat(nasa.hits("/Slow-NASA")).isLessThanOrEqualTo(16);
        assertThat(timing.slept()).last().satisfies(pause -> assertThat(pause).isLessThan(Duration.ofSeconds(16)));
    }

    @Test
    void tooLongAWaitIsAPromptRetryAfter() {
        timing.pass(Duration.ofMillis(6_500));
        service.anonymous().get("/nasa/slow").then().statusCode(200);
        nasa.slowGap(Duration.ofMinutes(10), Duration.ofMinutes(10));
        service.anonymous()
                .get("/nasa/slow")
                .then()
                .statusCode(503)
                .contentType("application/json")
                .header("Retry-After", matchesPattern("[1-9][0-9]*"));
        assertThat(nasa.hits("/Slow-NASA")).isLessThanOrEqualTo(8);
    }

    @Test
    void slowRouteDoesNotDelayTheOther() {
        service.anonymous().get("/nasa/slow");
        service.anonymous().get("/nasa/slow");
        int slept = timing.slept().size();
        service.anonymous().get(PICTURE).then().statusCode(200);
        assertThat(timing.slept()).hasSize(slept);
    }
}

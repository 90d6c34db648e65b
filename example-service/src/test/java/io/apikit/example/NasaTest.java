package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;

import io.apikit.auth.Backend;
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

    private final TestTiming timing = new TestTiming();
    private final FakeNasa nasa = FakeNasa.builder()
            .clock(timing::instant)
            .random(new Random(7))
            .bodyBytes(300_000)
            .start();
    private final WrappedFront front =
            WrappedFront.of(new Nasa(Backend.at(nasa.url()).timing(timing)));

    @AfterEach
    void close() {
        front.close();
        nasa.close();
    }

    @ParameterizedTest
    @EnumSource
    void bytesPassThroughIdenticalWithWhatDescribesThem(NasaMedia kind) throws Exception {
        nasa.only(kind);
        var answer = front.nobody().get(PICTURE);
        answer.then()
                .statusCode(200)
                .header("Content-Type", equalTo(kind.contentType()))
                .header("Content-Length", equalTo("300000"))
                .header("X-Description", equalTo(kind.description()))
                .header("ETag", equalTo(nasa.etag(kind)))
                .header("Last-Modified", notNullValue())
                .header("Content-Disposition", matchesPattern("inline; filename=.*"));
        assertThat(answer.asByteArray()).isEqualTo(nasa.body(kind).readAllBytes());
    }

    @Test
    void aPartIsAskedForAndGiven() throws Exception {
        nasa.only(NasaMedia.WAV);
        var answer = front.nobody().header("Range", "bytes=1000-1999").get(PICTURE);
        answer.then().statusCode(206).header("Content-Range", equalTo("bytes 1000-1999/300000"));
        assertThat(answer.asByteArray())
                .isEqualTo(Arrays.copyOfRange(nasa.body(NasaMedia.WAV).readAllBytes(), 1000, 2000));
    }

    @Test
    void whatTheCallerHasAlreadyIsNotSentAgain() {
        nasa.only(NasaMedia.PDF);
        var answer =
                front.nobody().header("If-None-Match", nasa.etag(NasaMedia.PDF)).get(PICTURE);
        answer.then().statusCode(304).header("ETag", equalTo(nasa.etag(NasaMedia.PDF)));
        assertThat(answer.asByteArray()).isEmpty();
    }

    @Test
    void headIsAnsweredWithTheHeadAlone() {
        nasa.only(NasaMedia.JPEG);
        front.nobody().head(PICTURE).then().statusCode(200).header("Content-Type", equalTo("image/jpeg"));
    }

    @Test
    void everybodyIsAnsweredWithinABoundedNumberOfTries() {
        for (int caller = 0; caller < 8; caller++) {
            front.nobody().get("/nasa/slow").then().statusCode(200);
        }
        assertThat(nasa.served("/Slow-NASA")).isEqualTo(8);
        assertThat(nasa.hits("/Slow-NASA")).isLessThanOrEqualTo(16);
        assertThat(timing.slept()).last().satisfies(pause -> assertThat(pause).isLessThan(Duration.ofSeconds(16)));
    }

    @Test
    void whoWouldWaitTooLongIsToldAtOnceWhenToComeBack() {
        nasa.slowGap(Duration.ofMinutes(10), Duration.ofMinutes(10));
        front.nobody().get("/nasa/slow").then().statusCode(200);
        front.nobody()
                .get("/nasa/slow")
                .then()
                .statusCode(503)
                .contentType("application/json")
                .header("Retry-After", matchesPattern("[1-9][0-9]*"));
        assertThat(nasa.hits("/Slow-NASA")).isLessThanOrEqualTo(8);
    }

    @Test
    void theSlowRouteDoesNotHoldUpTheOther() {
        front.nobody().get("/nasa/slow");
        front.nobody().get("/nasa/slow");
        int slept = timing.slept().size();
        front.nobody().get(PICTURE).then().statusCode(200);
        assertThat(timing.slept()).hasSize(slept);
    }
}

package io.apikit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Reads metrics until they say what is awaited: a request is counted a moment after its answer is out. */
public final class Scrapes {
    private Scrapes() {}

    public static String until(Running running, Predicate<String> isSo) {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        var text = once(running);
        while (!isSo.test(text) && System.nanoTime() - end < 0) {
            text = once(running);
        }
        assertThat(text).matches(isSo);
        return text;
    }

    private static String once(Running running) {
        return running.given().get("/metrics").then().statusCode(200).extract().asString();
    }
}

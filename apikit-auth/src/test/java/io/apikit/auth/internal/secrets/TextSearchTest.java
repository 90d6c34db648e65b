package io.apikit.auth.internal.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextSearchTest {
    private static final String SECRET = "supersecretwords!";
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    @Test
    void theWordsOfATextAreThoseThatASearchForEachOneFinds() {
        var random = new Random(15);
        for (int round = 0; round < 2_000; round++) {
            var text = random(random, 60);
            var words = Stream.concat(
                            IntStream.range(0, random.nextInt(6)).mapToObj(i -> random(random, 4)),
                            IntStream.range(0, random.nextInt(6)).mapToObj(i -> part(random, text)))
                    .toList();

            assertThat(new TextSearch(words).standing(text))
                    .as("%s in %s", words, text)
                    .isEqualTo(words.stream().filter(word -> isIn(text, word)).collect(Collectors.toSet()));
        }
    }

    private static String random(Random random, int most) {
        return random.ints(1 + random.nextInt(most), 0, 6)
                .mapToObj(i -> "aAbë\u212Ak".substring(i, i + 1))
                .collect(Collectors.joining());
    }

    /** Returns a part of the text, which may have another end. */
    private static String part(Random random, String text) {
        int start = random.nextInt(text.length());
        var part = text.substring(start, start + 1 + random.nextInt(text.length() - start));
        return random.nextBoolean() ? part.toUpperCase(Locale.ROOT) : part + random(random, 1);
    }

    private static boolean isIn(String text, String word) {
        return IntStream.range(0, text.length()).anyMatch(i -> text.regionMatches(true, i, word, 0, word.length()));
    }

    /**
     * A guess, and a megabyte of how it begins: the search for a right one took 20 times as long as for a wrong one. And a
     * megabyte of how the secret begins in base64, without a guess: 5 times as long.
     */
    @ParameterizedTest
    @ValueSource(strings = {SECRET + ",s", ",c3VwZX", "c3VwZXJzZWNyZXR3b3JkcyE=,c"})
    void theTimeSaysNothingOfAGuess(String guessAndFill) {
        var guess = guessAndFill.split(",", -1)[0];
        var fill = guessAndFill.split(",", -1)[1];
        var wrong = guess.replace('e', 'i').replace('Z', 'Y');

        var ofRight = Long.MAX_VALUE;
        var ofWrong = Long.MAX_VALUE;
        for (int i = 0; i < 8; i++) {
            ofRight = Math.min(ofRight, processorTime(guess, fill));
            ofWrong = Math.min(
                    ofWrong, processorTime(wrong, fill.replace('c', 'x').replace("Z", "Y")));
        }

        assertThat(ofRight).isLessThan(4 * ofWrong);
    }

    /** Other processes take none of it. */
    private static long processorTime(String guess, String fill) {
        var body = (guess + fill.repeat((1_000_000 - guess.length()) / fill.length())).getBytes(StandardCharsets.UTF_8);
        var request = BackendRequest.post("/x").body(body, "text/plain");
        var sent = RequestTexts.of(List.of(request), true);
        var secrets = new SecretSpellings();
        secrets.add(SECRET);
        long start = CLOCK.getCurrentThreadCpuTime();
        secrets.masked("No such thing: " + guess, "text/plain", sent);
        return CLOCK.getCurrentThreadCpuTime() - start;
    }
}

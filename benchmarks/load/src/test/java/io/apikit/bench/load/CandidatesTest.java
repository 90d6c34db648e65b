package io.apikit.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CandidatesTest {
    private final Candidates candidates = new Candidates(Path.of("nowhere"));

    @Test
    void javaCandidateComesFromAnotherCheckout(@TempDir Path checkout) throws IOException {
        var target = checkout.resolve("benchmarks/apikit/target");
        Files.createDirectories(target.resolve("lib"));
        Files.createFile(target.resolve("lib/javalin-7.2.3.jar"));
        Files.createFile(target.resolve("lib/b.jar"));
        Files.createFile(target.resolve("benchmark.jar"));
        Files.createDirectories(target.resolve("classes/any"));
        Files.createFile(target.resolve("classes/any/Main.class"));

        var candidate = candidates.named("apikit@" + checkout);

        assertThat(candidate.isAvailable()).isTrue();
        assertThat(candidate.versions()).isEqualTo("javalin-7.2.3");
        assertThat(candidate.command())
                .containsExactly(
                        "-cp",
                        target.resolve("benchmark.jar") + ":" + target.resolve("lib/b.jar") + ":"
                                + target.resolve("lib/javalin-7.2.3.jar"),
                        "any.Main");
    }

    @Test
    void wordsAfterTheNameAreTheCacheFlagsAndVariables() {
        var contender = Contender.of("apikit  +aot -Xmx1g A=b", candidates);

        assertThat(contender.label()).isEqualTo("apikit +aot -Xmx1g A=b");
        assertThat(contender.isTrained()).isTrue();
        assertThat(contender.flags()).containsExactly("-Xmx1g");
        assertThat(contender.environment()).containsExactly(Map.entry("A", "b"));
        assertThatThrownBy(() -> Contender.of("apikit +cds", candidates)).isInstanceOf(BenchFailure.class);
    }

    @Test
    void reportNamesNoFolderOfTheMachine() {
        var entrant = Contender.of("apikit", candidates)
                .withFlag("-XX:AOTCache=/some/where/a.aot")
                .entrant();

        assertThat(entrant.flags()).containsExactly("-XX:AOTCache=a.aot");
    }

    @Test
    void checkoutThatIsNotBuiltIsNotAvailable(@TempDir Path checkout) {
        var candidate = candidates.named("apikit@" + checkout);

        assertThat(candidate.isAvailable()).isFalse();
        assertThat(candidate.absence()).contains(checkout + "/benchmarks/apikit/target/lib");
    }

    @Test
    void scriptComesFromThisCheckoutAlone() {
        assertThatThrownBy(() -> candidates.named("nginx@elsewhere")).isInstanceOf(BenchFailure.class);
    }
}

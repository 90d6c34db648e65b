package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Runs after all others (see junit-platform.properties): no secret of theirs was logged, at any level. */
@Order(Integer.MAX_VALUE)
class CanariesTest {
    @Test
    void noSecretOfTheWholeSuiteIsInTheLogAtAnyLevel() {
        assertThat(Canaries.FOUND).isEmpty();
    }

    @Test
    void oneThatIsLoggedIsFoundAtTheFinestLevel() {
        var log = (Logger) LoggerFactory.getLogger("io.apikit.canary");
        assertThat(log.isTraceEnabled()).isTrue();

        log.trace("the password is {}", "wonderland", new IllegalStateException("looking-glass"));

        assertThat(Canaries.FOUND).hasSize(1);
        Canaries.FOUND.clear();
    }
}

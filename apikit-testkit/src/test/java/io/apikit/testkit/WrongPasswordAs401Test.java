package io.apikit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WrongPasswordAs401Test extends FakesTest {
    @Override
    FakeIdentityProvider provider(FakeIdentityProvider.Builder builder) {
        return super.provider(builder.wrongPasswordStatus(401));
    }

    @Test
    void wrongPasswordShowsTheFormAgainWith401() {
        Page answer = answerTo(new Browser(), "alice", "guess");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.submit("username", "alice", "password", "wonderland").status())
                .isEqualTo(302);
    }
}

package io.apikit.testkit.identityprovider;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.ProxyLoginFixture;
import io.apikit.testkit.support.TestBrowser;
import org.junit.jupiter.api.Test;

final class WrongPasswordStatusTest extends ProxyLoginFixture {
    @Override
    public FakeIdentityProvider provider(FakeIdentityProvider.Builder builder) {
        return super.provider(builder.wrongPasswordStatus(401));
    }

    @Test
    void wrongPasswordShowsTheFormAgainWith401() {
        BrowserPage response = responseTo(new TestBrowser(), "alice", "guess");

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.submit("username", "alice", "password", "wonderland")
                        .status())
                .isEqualTo(302);
    }
}

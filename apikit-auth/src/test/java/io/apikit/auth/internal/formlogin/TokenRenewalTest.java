package io.apikit.auth.internal.formlogin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.BackendError;
import io.apikit.auth.internal.browser.CookieSet;
import io.apikit.auth.internal.formlogin.TokenRenewal.RefusedCall;
import io.apikit.auth.internal.formlogin.TokenRenewal.Result;
import io.apikit.auth.internal.logins.RenewalSigns;
import io.apikit.http.BackendResponse;
import io.apikit.http.Transport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Calls whose CSRF token was refused, without a server. */
class TokenRenewalTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    private final FormSession refused = new FormSession(site(), CookieSet.none(), Set.of(), Optional.empty(), () -> 0);
    private final AtomicReference<FormSession> current = new AtomicReference<>(refused);
    private final AtomicInteger asked = new AtomicInteger();

    private static FormSite site() {
        var settings = new FormSettings(
                "/login",
                Optional.empty(),
                Optional.empty(),
                new CsrfSource.Endpoint("/csrf", Optional.of("field"), "token", ""),
                Optional.empty(),
                RenewalSigns.NONE,
                false,
                Optional.empty());
        return FormSite.of(settings, "http://localhost", "");
    }

    private BackendResponse token() {
        var json = "{\"field\":\"X-Token\",\"token\":\"" + asked.incrementAndGet() + "\"}";
        return BackendResponse.of(200, Map.of("Content-Type", List.of("application/json")), json.getBytes(UTF_8));
    }

    private Result renew(Transport root, LongSupplier leftNanos) {
        return refused.renewal().renew(refused, "/x", new Call(root, leftNanos));
    }

    @Test
    void callThatLeavesDoesNotTakeTheOthersWithIt() throws Exception {
        var isAsked = new CountDownLatch(1);
        var isAwaited = new CountDownLatch(1);
        var isLeft = new AtomicInteger(1);
        Transport hanging = request -> {
            isAsked.countDown();
            await(isAwaited);
            isLeft.set(0);
            throw BackendError.of(504, null);
        };
        var first = CompletableFuture.supplyAsync(() -> renew(hanging, () -> isLeft.get() * LONG));
        await(isAsked);
        var looks = new AtomicInteger();
        var second = renew(request -> token(), () -> {
            // The first look is before the flight, the second one in it.
            if (looks.incrementAndGet() == 2) {
                isAwaited.countDown();
            }
            return LONG;
        });

        assertThat(second).isEqualTo(Result.FRESH);
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(Result.NONE);
        assertThat(asked).hasValue(1);
    }

    @Test
    void callThatComesLateUsesTheTokenThatIsThere() {
        assertThat(renew(request -> token(), () -> LONG)).isEqualTo(Result.FRESH);
        assertThat(renew(request -> token(), () -> LONG)).isEqualTo(Result.FRESH);

        assertThat(asked).hasValue(1);
    }

    @Test
    void deadSessionHasNoToken() {
        for (var status : new int[] {401, 302}) {
            var response = BackendResponse.of(status, Map.of("Location", List.of("/login")), new byte[0]);

            assertThat(renew(request -> response, () -> LONG)).isEqualTo(Result.ENDED);
        }
    }

    /** Jenkins looks at the crumb before the session, and refuses the next crumb with this page. */
    @Test
    void pageThatGoesOnToTheLoginPageShowsADeadSession() {
        var page = "<meta http-equiv='refresh' content='1;url=/login?from=%2Fcsrf'/>";
        var response = BackendResponse.of(403, Map.of("Content-Type", List.of("text/html")), page.getBytes(UTF_8));

        assertThat(renew(request -> response, () -> LONG)).isEqualTo(Result.ENDED);
    }

    @Test
    void refusalWithoutAPageIsNoEndOfTheSession() {
        var response = BackendResponse.of(403, Map.of(), new byte[0]);

        assertThat(renew(request -> response, () -> LONG)).isEqualTo(Result.NONE);
    }

    @Test
    void endpointThatFailsChangesNothing() {
        var response = BackendResponse.of(503, Map.of(), new byte[0]);

        assertThat(renew(request -> response, () -> LONG)).isEqualTo(Result.NONE);
        assertThat(current.get()).isSameAs(refused);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private final class Call implements RefusedCall {
        private final Transport root;
        private final LongSupplier leftNanos;

        private Call(Transport root, LongSupplier leftNanos) {
            this.root = root;
            this.leftNanos = leftNanos;
        }

        @Override
        public FormSession current() {
            return current.get();
        }

        @Override
        public void update(UnaryOperator<FormSession> change) {
            current.updateAndGet(change);
        }

        @Override
        public Transport root() {
            return root;
        }

        @Override
        public long leftNanos() {
            return leftNanos.getAsLong();
        }
    }
}

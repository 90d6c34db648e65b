package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.ScriptedTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CookieJarTest {
    private static final Set<String> ALLOWED =
            Set.of("https://a.corp.test", "https://b.corp.test", "http://b.corp.test", "https://idp.test");

    private final List<String> excess = new ArrayList<>();
    private final CookieJar jar = new CookieJar(address -> ALLOWED.contains(address.origin()), excess::add);

    private void set(String from, String... cookies) {
        jar.store(Address.of(from), ScriptedTransport.html(200, "", cookies), 0);
    }

    @Test
    void noCookieReachesAnOriginThatIsNotAllowed() {
        set("https://a.corp.test/", "k=v; Domain=corp.test", "s=v; Domain=corp.test; Secure");

        assertThat(jar.header(Address.of("https://b.corp.test/"), 0)).contains("k=v; s=v");
        assertThat(jar.header(Address.of("http://b.corp.test/"), 0)).contains("k=v");
        assertThat(List.of(
                        "https://c.corp.test/",
                        "https://corp.test/",
                        "http://a.corp.test/",
                        "https://a.corp.test:8443/",
                        "https://x.a.corp.test/",
                        "https://idp.test/"))
                .allSatisfy(to -> assertThat(jar.header(Address.of(to), 0)).isEmpty());
    }

    @Test
    void noOtherOriginSetsACookie() {
        set("https://a.corp.test/", "k=v; Domain=corp.test");
        set("https://evil.corp.test/", "k=evil; Domain=corp.test", "more=1; Domain=corp.test");

        assertThat(jar.header(Address.of("https://a.corp.test/"), 0)).contains("k=v");
    }

    @Test
    void whatIsTooLongIsNamed() {
        set("https://a.corp.test/", "k=" + "secret".repeat(1_000));

        assertThat(excess).containsExactly("the cookie k of 6002 bytes, not at most 4096");
        assertThat(jar).hasToString("CookieSet[]");
    }

    @Test
    @Timeout(20)
    void responsesAtTheSameTimeLoseNoCookie() {
        var start = new CountDownLatch(1);
        var all = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    awaitAll(start);
                    set("https://a.corp.test/", "a" + i + "=1", "b" + i + "=1");
                    set("https://a.corp.test/", "a" + i + "=; Max-Age=0", "c" + i + "=1");
                }))
                .toArray(CompletableFuture<?>[]::new);
        start.countDown();
        CompletableFuture.allOf(all).join();

        assertThat(jar.cookies().names()).hasSize(16).allMatch(name -> name.startsWith("b") || name.startsWith("c"));
    }

    private static void awaitAll(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

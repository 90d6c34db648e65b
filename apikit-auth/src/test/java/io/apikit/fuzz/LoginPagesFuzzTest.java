package io.apikit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.BackendError;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.apikit.auth.FormLoginOptions;
import io.apikit.auth.LoginRefused;
import io.apikit.auth.LoginTransport;
import io.apikit.auth.OAuth2ProxyOptions;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whole logins over 10,000 mutated pages, redirects and cookies. The password goes to no origin and no path that was not
 * allowed, and once at most, and consent is given to none. The judge reads the requests alone, and shares no code with what
 * it judges. The system properties {@code apikit.fuzz.seed} and {@code apikit.fuzz.case} run a login again.
 */
@Tag("thorough")
class LoginPagesFuzzTest {
    static final String PASSWORD = "w0nderl4nd&\u00e9";

    private static final Logger log = LoggerFactory.getLogger(LoginPagesFuzzTest.class);
    private static final int MUTATIONS = 10_000;
    private static final String CORE = "w0nderl4nd";
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{8,}");
    private static final String APP = "https://app.test";

    private static final String PROVIDER = "https://idp.test";
    private static final String BROKER = "https://broker.test";

    /**
     * A mode, where its pages are, and where it may send the password: to these origins, below this path, and from the page of
     * this path alone if there is one.
     */
    private record Mode(
            Authenticator authenticator,
            String home,
            Set<String> visited,
            Set<String> origins,
            String path,
            Optional<String> page) {
        static Mode proxy(Consumer<OAuth2ProxyOptions> options, String home, Set<String> origins, String path) {
            var visited = new HashSet<>(origins);
            visited.addAll(Set.of(APP, PROVIDER));
            return new Mode(Authenticator.oauth2Proxy(options), home, visited, origins, path, Optional.empty());
        }

        static Mode form(Consumer<FormLoginOptions> options) {
            var home = APP + "/in";
            return new Mode(
                    Authenticator.formLogin(options.andThen(chosen -> chosen.page("/in"))),
                    home,
                    Set.of(APP),
                    Set.of(APP),
                    "/",
                    Optional.of("/in/"));
        }
    }

    private static final List<Mode> MODES = List.of(
            Mode.proxy(options -> {}, PROVIDER + "/in", Set.of(PROVIDER), "/"),
            Mode.proxy(options -> options.allowOrigin(BROKER), PROVIDER + "/in", Set.of(PROVIDER, BROKER), "/"),
            Mode.proxy(options -> options.choose("local"), PROVIDER + "/in", Set.of(PROVIDER), "/"),
            Mode.proxy(options -> options.loginPages("/dex/"), APP + "/dex/in", Set.of(APP), "/dex/"),
            Mode.form(options -> {}),
            Mode.form(options -> options.fields("username", "password")));

    private final Map<String, Integer> ends = new TreeMap<>();

    @Test
    void noPageLearnsAPasswordThatIsNotForItOrGetsConsent() {
        var seed = Long.getLong("apikit.fuzz.seed", System.nanoTime() & Integer.MAX_VALUE);
        long only = Long.getLong("apikit.fuzz.case", -1);
        log.info("LoginPagesFuzzTest: seed {}", seed);
        int mutations = 0;
        int passwords = 0;
        for (long number = Math.max(0, only); mutations < MUTATIONS && (only < 0 || number == only); number++) {
            var dice = new Dice(seed, number);
            var world = new World(dice, dice.of(MODES));
            var kind = world.mode.page().isPresent() ? "form: " : "proxy: ";
            ends.merge(kind + world.logIn(), 1, Integer::sum);
            assertThat(world.faults())
                    .as("-Dapikit.fuzz.seed=%d -Dapikit.fuzz.case=%d, requests %s", seed, number, world.shown())
                    .isEmpty();
            mutations += world.grammar.mutations();
            passwords += world.passwords > 0 ? 1 : 0;
        }
        log.info("LoginPagesFuzzTest: {} mutations, {} passwords sent, ends {}", mutations, passwords, ends);
        // A test in which nothing is sent, or nobody logs in, would show nothing.
        assertThat(only >= 0 || passwords > 200)
                .as("logins that got to the password: %d", passwords)
                .isTrue();
        assertThat(only >= 0
                        || Stream.of("proxy", "form").allMatch(kind -> ends.getOrDefault(kind + ": logged in", 0) > 20))
                .as("%s", ends)
                .isTrue();
    }

    /** The servers of one login, and what they were sent. */
    private static final class World {
        private final Mode mode;
        private final PageGrammar grammar;
        private final List<String> requests = new ArrayList<>();
        private final List<String> faults = new ArrayList<>();
        private final int length;
        private int passwords;
        private boolean isRepeated;
        private String before = "";

        private World(Dice dice, Mode mode) {
            this.mode = mode;
            this.grammar = new PageGrammar(dice, mode.home());
            this.length = dice.between(1, 7);
        }

        /** Returns how the login ended. */
        private String logIn() {
            try {
                mode.authenticator().logIn(Credentials.password("alice", PASSWORD), new Origin(this, APP));
                return "logged in";
            } catch (LoginRefused e) {
                return ended("refused", e.reason());
            } catch (BackendError e) {
                return ended("broken", String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                faults.add("an exception: " + e);
                return "exception";
            }
        }

        private String ended(String how, String message) {
            if (message.contains(CORE)) {
                faults.add("the password is in an error: " + message);
            }
            return how;
        }

        private List<String> faults() {
            return faults;
        }

        private String shown() {
            return String.join("\n    ", requests);
        }

        private BackendResponse respond(String origin, BackendRequest request) {
            judge(origin, request);
            var path = request.target().replaceFirst("\\?.*", "");
            var isApp = origin.equals(APP);
            var response = isApp && mode.page().isEmpty() && path.startsWith("/oauth2/")
                    ? proxy(path)
                    : requests.size() > length ? end() : requests.size() == 1 ? grammar.first() : grammar.next();
            isRepeated = carries(request) && (response.status() == 307 || response.status() == 308);
            return response;
        }

        private BackendResponse proxy(String path) {
            return switch (path) {
                case "/oauth2/start" -> redirect(mode.home() + "?state=s", "_oauth2_proxy_csrf=m; Path=/; Secure");
                case "/oauth2/callback" -> redirect("/", "_oauth2_proxy=s; Path=/; Secure");
                case "/oauth2/auth" -> BackendResponse.of(202, Map.of(), new byte[0]);
                default -> grammar.next();
            };
        }

        private BackendResponse end() {
            return mode.page().isPresent()
                    ? redirect("/", "session=s; Path=/; HttpOnly")
                    : redirect(APP + "/oauth2/callback?code=c&state=s", "idp=1");
        }

        private static BackendResponse redirect(String to, String cookie) {
            return BackendResponse.of(302, Map.of("Location", List.of(to), "Set-Cookie", List.of(cookie)), new byte[0]);
        }

        private void judge(String origin, BackendRequest request) {
            var line = request.method() + " " + origin + request.target();
            requests.add(line + " " + body(request));
            check(!line.contains(PageGrammar.CONSENT), "consent was given");
            check(!decoded(body(request)).contains(PageGrammar.CONSENT), "consent was given with the form");
            check(mode.visited().contains(origin), "another origin was visited");
            check(!isIn(line) && !isIn(request.headers().toString()), "the password is in a URL or a header");
            if (carries(request)) {
                var path = resolved(request.target());
                check(mode.origins().contains(origin), "an origin got the password");
                check(path.startsWith(mode.path()), "a path got the password: " + path);
                check(isFromItsPage(), "another page than the named one got the password");
                check(++passwords <= 1 || isRepeated, "the password was posted again");
            }
            before = resolved(request.target());
        }

        private boolean isFromItsPage() {
            return isRepeated
                    || mode.page().filter(page -> !page.equals(before)).isEmpty();
        }

        private void check(boolean holds, String fault) {
            if (!holds) {
                faults.add(fault + ": " + requests.get(requests.size() - 1));
            }
        }

        private static boolean carries(BackendRequest request) {
            return isIn(body(request));
        }

        private static String body(BackendRequest request) {
            var body = new ByteArrayOutputStream();
            request.body().ifPresent(content -> {
                try {
                    content.writeTo(body);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            return body.toString(StandardCharsets.ISO_8859_1);
        }
    }

    /** Resolves each spelling of dots and slashes that some server may resolve. */
    private static String resolved(String target) {
        var path = decoded(target.replaceFirst("\\?.*", "")).replace('\\', '/');
        var kept = new ArrayList<String>();
        for (var segment : path.split("/", -1)) {
            if (segment.equals("..") && !kept.isEmpty()) {
                kept.remove(kept.size() - 1);
            } else if (!segment.isEmpty() && !segment.equals(".") && !segment.equals("..")) {
                kept.add(segment);
            }
        }
        return "/" + String.join("/", kept) + "/";
    }

    /** Whether a text has the password: as it is, percent-encoded, in base64, in hexadecimal, or backwards. */
    private static boolean isIn(String text) {
        var decoded = decoded(text).replace("\0", "");
        var lower = decoded.toLowerCase(Locale.ROOT);
        return lower.contains(CORE)
                || lower.contains(new StringBuilder(CORE).reverse())
                || lower.contains("77306e6465726c346e64")
                || BASE64.matcher(decoded)
                        .results()
                        .anyMatch(token -> unpacked(token.group()).contains(CORE));
    }

    private static String decoded(String text) {
        var decoded = text;
        for (int round = 0; round < 3 && decoded.contains("%"); round++) {
            decoded = URLDecoder.decode(decoded.replaceAll("%(?![0-9a-fA-F]{2})", "%25"), StandardCharsets.ISO_8859_1);
        }
        return decoded;
    }

    private static String unpacked(String token) {
        var standard = token.replace('-', '+').replace('_', '/');
        var whole = standard.substring(0, standard.length() / 4 * 4);
        return new String(Base64.getDecoder().decode(whole), StandardCharsets.ISO_8859_1);
    }

    /** A way out without a wire. */
    private record Origin(World world, String origin) implements LoginTransport {
        @Override
        public LoginTransport at(String other) {
            return new Origin(world, other);
        }

        @Override
        public BackendResponse send(BackendRequest request) {
            return world.respond(origin, request);
        }
    }
}

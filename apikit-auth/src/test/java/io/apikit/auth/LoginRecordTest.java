package io.apikit.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.apikit.BackendError;
import io.apikit.auth.LoginRecord.KeptLogin;
import io.apikit.auth.LoginRecord.Place;
import io.apikit.auth.internal.formlogin.FormSession;
import io.apikit.auth.internal.oauth2proxy.ProxySession;
import io.apikit.auth.internal.sharing.RecordReader;
import io.apikit.auth.internal.sharing.RecordWriter;
import io.apikit.auth.internal.sharing.StoreKeys;
import io.apikit.http.BackendResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoginRecordTest {
    private static final String ORIGIN = "https://pele.example";
    private static final Authenticator FORM = Authenticator.formLogin(login -> login.csrfFrom("/csrf", "token"));
    private static final Duration AGE = Duration.ofSeconds(5);
    private static final long SOON = Duration.ofDays(3).plusMinutes(1).toNanos();

    private final FakeTiming writersClock = new FakeTiming();
    private final FakeTiming readersClock = new FakeTiming();
    private final Place writer = new Place(FORM, ORIGIN, "/app", writersClock);
    private final Place reader = new Place(FORM, ORIGIN, "/app", readersClock);

    LoginRecordTest() {
        writersClock.pass(Duration.ofDays(3));
        readersClock.pass(Duration.ofMinutes(7));
    }

    /** Returns what the other replica reads, 5 s after it was written. */
    private LoginRecord read(LoginRecord record) {
        return LoginRecord.parse(record.toBytes(writer).orElseThrow(), AGE, reader)
                .orElseThrow();
    }

    private KeptLogin made(Login login) {
        return new KeptLogin(
                login,
                0x1234567890L,
                writersClock.nanoTime() - Duration.ofSeconds(10).toNanos());
    }

    static Stream<Login> logins() {
        return Stream.of(
                Login.of(Map.of()),
                Login.of(Map.of("X-Token", "alices-token", "Cookie", "own=1")).expiresIn(Duration.ofNanos(1)),
                Login.of(Map.of("X-Token", "caf\u00e9")).expiresIn(Duration.ofDays(10_000_000)),
                Login.of(Map.of("X-Token", ""))
                        .expiresIn(Duration.ofMinutes(10))
                        .renewAhead(Duration.ofSeconds(20)),
                Login.of(Map.of()).cookie("z", "1").cookie("a", "2").cookie("m", "3"),
                Login.of(Map.of("Authorization", "Bearer alices-token"))
                        .secret("refresh_token", "alices-refresh-token")
                        .secret("", "any: \u0000 \u20ac \ud83d\ude00 and half a pair \ud83d")
                        .withSecrets(Set.of("alices", "token")),
                form(),
                proxy());
    }

    /** A session as {@link FormSession#writeTo} writes it: two cookies, of which one has an end and a path. */
    private static Login form() {
        var record = new RecordWriter(0);
        record.each(List.of("sid", "area"), name -> {
            record.text(name);
            record.text(name + "-of-alice");
            record.text("pele.example");
            record.text(name.equals("sid") ? "/" : "/app/area");
            record.flag(true);
            record.flag(true);
            record.optional(name.equals("sid") ? Optional.of(SOON) : Optional.empty(), record::moment);
            record.number(name.length());
        });
        record.number(7);
        record.each(List.of("sid"), record::text);
        record.optional(Optional.of("user"), name -> {
            record.text(name);
            record.text("pass");
        });
        record.optional(Optional.of("X-CSRFToken"), name -> {
            record.text(name);
            record.text("token-of-alice");
        });
        var bytes = record.bytes().orElseThrow();
        var session = new FormLogin.StoredSession(new RecordReader(bytes, 0, Duration.ZERO), ORIGIN, "/app", () -> 0);
        var login = FORM.refreshed(
                Login.of(Map.of()).cookie("sid", "sid-of-alice").noting(session),
                BackendResponse.of(204, Map.of(), new byte[0]));
        assertThat(login.note(FormSession.class)).isPresent();
        return login;
    }

    private static Login proxy() {
        var record = new RecordWriter(0);
        record.texts(Map.of("_oauth2_proxy", "proxy-of-alice"));
        record.optional(Optional.of(Duration.ofHours(1)), record::duration);
        List.of(".example", "/", "https://public.example").forEach(record::text);
        record.optional(Optional.of("https://idp.example"), origin -> {
            record.text(origin);
            record.text("/login");
            record.text("");
        });
        var bytes = record.bytes().orElseThrow();
        return Login.of(Map.of())
                .cookie("_oauth2_proxy", "proxy-of-alice")
                .noting(ProxySession.readFrom(new RecordReader(bytes, 0, Duration.ZERO)));
    }

    @ParameterizedTest
    @MethodSource("logins")
    void loginIsReadAsItWasMade(Login login) {
        var read = read(LoginRecord.of(made(login)));

        assertThat(read.isAccepted()).isTrue();
        assertThat(read.failure()).isEmpty();
        var kept = read.login().orElseThrow();
        AdoptingMode.assertIsAlike(kept.login(), login);
        assertThat(kept.id()).isEqualTo(0x1234567890L);
        assertThat(readersClock.nanoTime() - kept.sinceNanos())
                .isEqualTo(Duration.ofSeconds(15).toNanos());
    }

    /** The limits on tokens that are asked for count on, however often other replicas change the cookies of the login. */
    @Test
    void changeOfAnotherReplicaKeepsWhatThisOneCounts() {
        var own = form();
        var read = read(LoginRecord.of(made(form()))).login().orElseThrow().login();

        var changed = read.continuing(own);

        AdoptingMode.assertIsAlike(changed, own);
        assertThat(renewal(changed)).isSameAs(renewal(own)).isNotSameAs(renewal(read));
        assertThat(read.continuing(proxy())).isSameAs(read);
        assertThat(proxy().continuing(own).note(ProxySession.class)).isPresent();
    }

    private static Object renewal(Login login) {
        return login.note(FormSession.class).map(FormSession::renewal).orElseThrow();
    }

    static Stream<BackendError> errors() {
        return Stream.of(
                BackendError.of(401, "Wrong user name or password."),
                new BackendError(503, "Later", null)
                        .withHeader("Retry-After", "7")
                        .withHeader("X-Why", "upkeep"),
                BackendError.of(502, "caf\u00e9 \u20ac"));
    }

    /** It counts for what is left of its pause: 10 s had passed when it was written, and 5 s since. */
    @ParameterizedTest
    @MethodSource("errors")
    void failureCountsForTheRestOfItsPause(BackendError error) {
        var since = writersClock.nanoTime() - Duration.ofSeconds(10).toNanos();
        var failure = LoginFailure.refused(error, Duration.ofSeconds(30), since);

        var read = read(LoginRecord.of(failure)).failure().orElseThrow();

        assertThat(read.refused()).isTrue();
        assertThat(read.backOff()).isEqualTo(failure.backOff());
        assertThat(read.pause()).isEqualTo(failure.pause());
        assertThat(read.error())
                .usingRecursiveComparison()
                .comparingOnlyFields("statusCode", "reason", "content", "headers")
                .isEqualTo(error);
        assertThat(read.error()).hasMessage(error.getMessage());
        assertThat(read.errorAt(readersClock.nanoTime()).headers().getOrDefault("Retry-After", "15"))
                .isEqualTo("15");
        readersClock.pass(Duration.ofSeconds(15).minusNanos(1));
        assertThat(read.isFresh(readersClock.nanoTime())).isTrue();
        readersClock.pass(Duration.ofNanos(1));
        assertThat(read.isFresh(readersClock.nanoTime())).isFalse();
    }

    @Test
    void failedRenewalIsReadWithTheLoginThatIsStillGood() {
        var broken = LoginFailure.broken(BackendError.of(503, "Not now."), writersClock.nanoTime());

        var read = read(LoginRecord.of(made(form())).with(broken));

        assertThat(read.login()).isPresent();
        assertThat(read.failure())
                .hasValueSatisfying(failure -> assertThat(failure.refused()).isFalse());
        assertThat(read(LoginRecord.accepted())).isEqualTo(LoginRecord.accepted());
        assertThat(read(LoginRecord.of(broken)).isAccepted()).isFalse();
    }

    @Test
    void recordHas64KiBAtMost() {
        var rest = LoginRecord.of(made(Login.of(Map.of()).secret("k", "")))
                .toBytes(writer)
                .orElseThrow()
                .length;
        var most = RecordWriter.MOST - rest;

        assertThat(bytes(most)).hasValueSatisfying(bytes -> assertThat(bytes).hasSize(64 * 1024));
        assertThat(bytes(most + 1)).isEmpty();
        assertThat(bytes(1 << 20)).isEmpty();
    }

    private Optional<byte[]> bytes(int length) {
        return LoginRecord.of(made(Login.of(Map.of()).secret("k", "x".repeat(length))))
                .toBytes(writer);
    }

    /** No replica could use such a login as it was made. */
    @Test
    void loginWhoseNoteNobodyReadsIsNotStored() {
        var deaf = new DelegatingMode(FORM) {
            @Override
            public Login refreshed(Login current, BackendResponse response) {
                return current;
            }
        };
        var place = new Place(deaf, ORIGIN, "/app", writersClock);

        assertThat(LoginRecord.of(made(form())).toBytes(place)).isEmpty();
        assertThat(LoginRecord.of(made(proxy())).toBytes(place)).isPresent();
        assertThat(LoginRecord.of(made(form())).toBytes(new Place(new DelegatingMode(FORM), ORIGIN, "", writersClock)))
                .isPresent();
    }

    @Test
    void changedBytesAreARecordOrAMissAndNeverThrow() {
        var failure = LoginFailure.refused(BackendError.of(401, "No.").withHeader("A", "b"), AGE, 0);
        var random = new Random(17);
        logins().map(login -> LoginRecord.of(made(login)).with(failure)).forEach(record -> {
            var bytes = record.toBytes(writer).orElseThrow();
            for (int i = 0; i < bytes.length; i++) {
                for (var mask : new int[] {0x01, 0x7F, 0x80, 0xFF}) {
                    var changed = bytes.clone();
                    changed[i] ^= (byte) mask;
                    assertThatCode(() -> parsed(changed)).doesNotThrowAnyException();
                }
                assertThat(parsed(Arrays.copyOf(bytes, i))).isEmpty();
            }
            assertThat(parsed(Arrays.copyOf(bytes, bytes.length + 1))).isEmpty();
        });
        for (int i = 0; i < 1000; i++) {
            var garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);
            assertThatCode(() -> parsed(garbage)).doesNotThrowAnyException();
        }
        assertThat(parsed(new byte[0])).isEmpty();
        assertThat(LoginRecord.parse(new byte[3], Duration.ofSeconds(Long.MAX_VALUE), reader))
                .isEmpty();
    }

    private Optional<LoginRecord> parsed(byte[] bytes) {
        return LoginRecord.parse(bytes, AGE, reader);
    }

    /** A number of parts or a length that a record could not have is no reason to allocate that much. */
    @Test
    void lengthsAreCheckedBeforeAnythingIsAllocated() {
        for (var count : new int[] {Integer.MAX_VALUE, 1 << 24, -1}) {
            var hex = "01" + "00" + "01" + "00".repeat(16) + HexFormat.of().toHexDigits(count) + "00".repeat(64);

            assertThat(parsed(HexFormat.of().parseHex(hex))).isEmpty();
        }
    }

    /** Replicas of two versions share a store: a change of these bytes needs another {@link LoginRecord#FORMAT}. */
    @Test
    void layoutOfFormatOneStaysAsItIs() {
        var record = LoginRecord.of(made(Login.of(Map.of("X-Token", "alices-token"))
                        .cookie("sid", "1")
                        .expiresIn(Duration.ofMinutes(10))
                        .secret("refresh_token", "\u20ac")))
                .with(LoginFailure.broken(BackendError.of(503, "Not now."), writersClock.nanoTime()));
        var expected = "010100000000000000000100000000000000000000000100000000000000000000000000000000000001"
                + "f700000000135365727669636520556e617661696c61626c650100000000084e6f74206e6f772e000000"
                + "00010000001234567890fffffffdabf41c00000000010000000007582d546f6b656e000000000c616c69"
                + "6365732d746f6b656e000000010000000003736964000000000131010000000000000258000000000000"
                + "00000000000001000000000d726566726573685f746f6b656e010000000120ac0000";

        assertThat(record.toBytes(writer)).map(HexFormat.of()::formatHex).hasValue(expected);
        assertThat(LoginRecord.FORMAT).isOne();
    }

    /** What the store has of a login: its keys, and the sealed record. */
    @Test
    void dumpOfTheStoreShowsNothing() {
        var keys = StoreKeys.ofProcess();
        var key = keys.session("pele", 'u', 'p', "alice", "wonderland".getBytes(UTF_8))
                .get(0);
        var failure = LoginFailure.refused(BackendError.of(401, "Not you, alice."), AGE, 0);
        var dump = logins().map(login -> LoginRecord.of(made(login))
                        .with(failure)
                        .toBytes(writer)
                        .orElseThrow())
                .map(bytes -> new String(keys.seal(key, LoginRecord.FORMAT, bytes), ISO_8859_1))
                .reduce(key + keys.space("pele") + keys.bucket("user", "alice"), String::concat);

        assertThat(dump.length()).isGreaterThan(2_000);
        assertThat(Stream.of("alice", "pele", "wonderland", "token", "sid", "X-Token", "Cookie", "refresh", "Not you")
                        .flatMap(LoginRecordTest::spellings)
                        .filter(dump::contains))
                .isEmpty();
    }

    private static Stream<String> spellings(String text) {
        var base64 = IntStream.range(0, 3)
                .mapToObj(shift ->
                        Base64.getEncoder().withoutPadding().encodeToString((" ".repeat(shift) + text).getBytes(UTF_8)))
                .filter(encoded -> encoded.length() > 8)
                .map(encoded -> encoded.substring(4, encoded.length() - 1));
        return Stream.concat(
                Stream.of(
                        text,
                        new String(text.getBytes(UTF_16BE), ISO_8859_1),
                        HexFormat.of().formatHex(text.getBytes(UTF_8))),
                base64);
    }

    @Test
    void nothingIsShown() {
        var record = LoginRecord.of(made(form()));

        assertThat(record).hasToString("LoginRecord[login=true, failure=false, isAccepted=true]");
        assertThat(made(form()).toString()).doesNotContain("-of-alice");
        assertThat(new RecordReader(new byte[3], 0, AGE)).hasToString("RecordReader[3 bytes]");
        assertThat(new RecordWriter(0)).hasToString("RecordWriter[0 bytes]");
    }
}

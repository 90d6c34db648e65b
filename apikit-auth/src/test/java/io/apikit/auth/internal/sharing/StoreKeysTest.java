package io.apikit.auth.internal.sharing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StoreKeysTest {
    private static final byte[] OLD = bytes(1);
    private static final byte[] NEW = bytes(2);
    private static final byte[] HASH = bytes(3);
    private static final byte[] PLAIN = "X-Token: alices-token".getBytes(UTF_8);
    private static final int FORMAT = 1;

    @TempDir
    private Path folder = Path.of("");

    private StoreKeys keys;
    private String key;
    private byte[] sealed;

    private static byte[] bytes(int seed) {
        var bytes = new byte[32];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void seal() throws IOException {
        keys = keys(OLD);
        key = session(keys).get(0);
        sealed = keys.seal(key, FORMAT, PLAIN);
    }

    private StoreKeys keys(byte[]... secrets) throws IOException {
        var files = new Path[secrets.length];
        for (int i = 0; i < secrets.length; i++) {
            files[i] = written(secrets[i]);
        }
        return StoreKeys.read(List.of(files));
    }

    private Path written(byte[] content) throws IOException {
        return Files.write(Files.createTempFile(folder, "key", ""), content);
    }

    private static List<String> session(StoreKeys of) {
        return of.session("pele", 'u', 'p', "alice", HASH);
    }

    static Stream<Arguments> spellings() {
        var base64 = Base64.getEncoder().encodeToString(OLD);
        var url = Base64.getUrlEncoder().withoutPadding().encodeToString(OLD);
        var hex = HexFormat.of().formatHex(OLD);
        return Stream.of(base64, url, hex, hex.toUpperCase(Locale.ROOT))
                .flatMap(text -> Stream.of(text, text + "\n", text + "\r\n", " " + text + " \n"))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void eachSpellingOfASecretIsTheSame(String text) throws IOException {
        assertThat(keys(text.getBytes(UTF_8)).open(key, FORMAT, sealed)).hasValue(PLAIN);
    }

    static Stream<Arguments> unusable() {
        var base64 = Base64.getEncoder().encodeToString(OLD);
        return Stream.of(
                Arguments.of("", "empty"),
                Arguments.of("swordfish", "no secret of 32 random bytes"),
                Arguments.of("swordfish-swordfish-swordfish-12", "no secret of 32 random bytes"),
                Arguments.of("\0".repeat(32), "no secret of 32 random bytes"),
                Arguments.of("00".repeat(32), "no secret of 32 random bytes"),
                Arguments.of(base64.substring(4), "no secret of 32 random bytes"),
                Arguments.of(base64 + base64, "no secret of 32 random bytes"),
                Arguments.of(base64 + " ".repeat(100), "no secret of 32 random bytes"),
                Arguments.of("key=" + base64, "no secret of 32 random bytes"));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void fileThatIsNoSecretIsNamedAndNotQuoted(String text, String problem) throws IOException {
        var file = written(text.getBytes(ISO_8859_1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoreKeys.read(List.of(file)))
                .withMessageStartingWith("storeKey " + file + ": the file is " + problem)
                .withMessageEndingWith(": make one with openssl rand -base64 32")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("sword", base64Part()));
    }

    private static String base64Part() {
        return Base64.getEncoder().encodeToString(OLD).substring(8, 16);
    }

    @Test
    void fileThatCannotBeReadIsNamed() {
        var absent = folder.resolve("absent");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoreKeys.read(List.of(absent)))
                .withMessage(
                        "storeKey %s: there is no such file: make one with openssl rand -base64 32".formatted(absent));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoreKeys.read(List.of(folder)))
                .withMessage("storeKey %s: it is a directory: name a file in it".formatted(folder));
    }

    @Test
    void oneSecretOrTwoDifferentOnesAreTaken() throws IOException {
        var files = List.of(written(OLD), written(NEW), written(HASH));
        var same = List.of(written(OLD), written(Base64.getEncoder().encode(OLD)));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoreKeys.read(List.of()))
                .withMessage("storeKey takes one file, or two to change the secret, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoreKeys.read(files))
                .withMessage("storeKey takes one file, or two to change the secret, not 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoreKeys.read(same))
                .withMessageContaining(same.get(0) + " and " + same.get(1) + " have the same secret");
    }

    /** Who can write to the store puts values there that take long to be opened. */
    @Test
    void longestRecordOpensAndALongerOneDoesNot() {
        assertThat(keys.open(key, FORMAT, keys.seal(key, FORMAT, new byte[RecordWriter.MOST])))
                .isPresent();
        assertThat(keys.open(key, FORMAT, keys.seal(key, FORMAT, new byte[RecordWriter.MOST + 1])))
                .isEmpty();
    }

    @Test
    void changedByteOrLengthDoesNotOpen() {
        for (int i = 0; i < sealed.length; i++) {
            var changed = sealed.clone();
            changed[i] ^= 1;
            assertThat(keys.open(key, FORMAT, changed)).as("byte %d", i).isEmpty();
            assertThat(keys.open(key, FORMAT, Arrays.copyOf(sealed, i)))
                    .as("%d bytes", i)
                    .isEmpty();
        }
        assertThat(keys.open(key, FORMAT, Arrays.copyOf(sealed, sealed.length + 1)))
                .isEmpty();
        assertThat(keys.open(key, FORMAT, sealed)).hasValue(PLAIN);
    }

    @Test
    void recordThatWasMovedToAnotherUserDoesNotOpen() {
        var bobs = keys.session("pele", 'u', 'p', "bob", HASH).get(0);

        assertThat(keys.open(bobs, FORMAT, sealed)).isEmpty();
    }

    @Test
    void recordOfAnotherFormatDoesNotOpen() {
        var raised = sealed.clone();
        raised[0] = 2;

        assertThat(keys.open(key, 2, sealed)).isEmpty();
        assertThat(keys.open(key, 2, raised)).isEmpty();
        assertThat(keys.open(key, 257, sealed)).isEmpty();
        assertThat(keys.open(key, 2, keys.seal(key, 2, PLAIN))).hasValue(PLAIN);
    }

    /** In each step of a change, every replica reads what those of the step before and of the same step have written. */
    @Test
    void secretIsChangedInThreeStepsWithoutAMiss() throws IOException {
        var before = keys(OLD);
        var added = keys(OLD, NEW);
        var turned = keys(NEW, OLD);
        var after = keys(NEW);

        assertThat(Stream.of(before, added).allMatch(reader -> reads(reader, before) && reads(reader, added)))
                .isTrue();
        assertThat(Stream.of(added, turned).allMatch(reader -> reads(reader, added) && reads(reader, turned)))
                .isTrue();
        assertThat(Stream.of(turned, after).allMatch(reader -> reads(reader, turned) && reads(reader, after)))
                .isTrue();
        assertThat(reads(after, before)).isFalse();
        assertThat(Stream.of(before, added, turned, after).map(all -> all.space("pele")))
                .containsOnly(before.space("pele"));
    }

    private static boolean reads(StoreKeys reader, StoreKeys writer) {
        var written = session(writer).get(0);
        return session(reader).contains(written)
                && reader.open(written, FORMAT, writer.seal(written, FORMAT, PLAIN))
                        .isPresent();
    }

    @Test
    void keysDifferInEachOfTheirParts() throws IOException {
        var all = Stream.of(
                        session(keys),
                        session(keys(NEW)),
                        keys.session("hub", 'u', 'p', "alice", HASH),
                        keys.session("pele", 's', 'p', "alice", HASH),
                        keys.session("pele", 'u', 'b', "alice", HASH),
                        keys.session("pele", 'u', 'p', "bob", HASH),
                        keys.session("pele", 'u', 'p', "alice", NEW),
                        keys.session("pele", 'u', 'p', "alice", new byte[0]),
                        keys.session("peleu", 'p', 'p', "alice", HASH),
                        keys.buckets("user", "alice"),
                        keys.buckets("user", "alice", "10.0.0.1"),
                        keys.buckets("user", "alice10.0.0.1"),
                        keys.buckets("source", "alice"),
                        List.of(keys.space("pele")))
                .flatMap(List::stream)
                .toList();

        assertThat(all).doesNotHaveDuplicates().allMatch(name -> name.matches("(apikit1-)?[A-Za-z0-9_-]{43}"));
    }

    /**
     * Replicas of two versions share a store, so a change of these values needs another version in them. They were made by
     * another implementation of the same RFCs.
     */
    @Test
    void keysStayAsTheyAre() {
        var opened = keys.open(
                key,
                FORMAT,
                Base64.getDecoder()
                        .decode("AQABAgMEBQYHCAkKCwwNDg8AAQIDBAUGBwgJCgt3wLAjkLP4LGjG"
                                + "D7iQXguCVn1XX8LUYsewPHhwrWUpDcStOxaa"));

        assertThat(key).isEqualTo("OXrgEod5Y8-_RSqKJexuh8IQN4jKK_P30pyRxJs26X0");
        assertThat(keys.space("pele")).isEqualTo("apikit1-ytXY6oswf3aAz6s4yTOzh-cUt65yeZOQJ0H4vHJhwuM");
        assertThat(opened).hasValue(PLAIN);
    }

    /** Written once more by the RFC: extraction without a salt, and one block of the expansion. */
    @Test
    void keysAreMadeByRfc5869() throws Exception {
        var names = hmac(hmac(new byte[32], OLD), "apikit1 names\1".getBytes(UTF_8));
        var message = "\0\0\0\6bucket\0\0\0\4user\0\0\0\5alice\0\0\0\0".getBytes(UTF_8);

        assertThat(keys.buckets("user", "alice"))
                .containsExactly(Base64.getUrlEncoder().withoutPadding().encodeToString(hmac(names, message)));
    }

    private static byte[] hmac(byte[] under, byte[] message) throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(under, "HmacSHA256"));
        return mac.doFinal(message);
    }

    @Test
    void sameBytesAreSealedInAnotherWayEachTime() {
        assertThat(Stream.generate(() -> HexFormat.of().formatHex(keys.seal(key, FORMAT, PLAIN)))
                        .limit(100))
                .doesNotHaveDuplicates();
    }

    @Test
    void keysOfTheProcessAreTheSameForAllItsBackends() {
        var one = StoreKeys.ofProcess();
        var other = StoreKeys.ofProcess();

        assertThat(reads(other, one)).isTrue();
        assertThat(reads(keys, one)).isFalse();
        assertThat(one.isOfProcess()).isTrue();
        assertThat(keys.isOfProcess()).isFalse();
    }

    @Test
    void nothingIsShown() {
        assertThat(keys).hasToString("StoreKeys");
        assertThat(new KeyFile.StoreSecret(OLD.clone())).hasToString("StoreSecret");
        assertThat(new RecordSealer(new KeyFile.StoreSecret(OLD.clone()))).hasToString("RecordSealer");
    }
}

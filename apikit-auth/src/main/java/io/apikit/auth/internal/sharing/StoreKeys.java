package io.apikit.auth.internal.sharing;

import io.apikit.auth.internal.sharing.KeyFile.StoreSecret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The keys of a store, made from one secret, or from two while the secret is changed. What the store sees are HMACs in place
 * of names, and sealed values. Of two secrets the first one seals, and both open. Thread-safe; the {@code toString} shows
 * nothing.
 */
public final class StoreKeys {
    /** The version of all that is made here. A change of it makes every record of before a miss. */
    private static final String VERSION = "apikit1";

    private static final int MOST_SECRETS = 2;

    private final List<RecordSealer> sealers;
    private final boolean isOfProcess;

    private StoreKeys(List<StoreSecret> secrets, boolean isOfProcess) {
        this.sealers = secrets.stream().map(RecordSealer::new).toList();
        this.isOfProcess = isOfProcess;
        secrets.forEach(StoreSecret::wipe);
    }

    /**
     * Returns the keys for a store.
     *
     * @param files with the secrets, none to two
     * @param isInMemory whether the store is in the memory of this process, and needs no secret
     * @throws IllegalArgumentException if another store has none, or a file is no secret
     */
    public static StoreKeys of(List<Path> files, boolean isInMemory) {
        if (files.isEmpty() && isInMemory) {
            return ofProcess();
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    "loginStore(..) needs the secret that seals what is stored: name its file by"
                            + " storeKey(Path), the same one in all replicas. To make one: openssl rand -base64 32");
        }
        return read(files);
    }

    /**
     * Reads the secrets: 32 bytes in each file, or these in Base64 or hexadecimal digits.
     *
     * @param files one, or two to change the secret
     * @throws IllegalArgumentException if there are more or none, a file cannot be read or is no such secret, or both are the
     *     same. The message names the file and quotes nothing of it
     */
    public static StoreKeys read(List<Path> files) {
        if (files.isEmpty() || files.size() > MOST_SECRETS) {
            throw new IllegalArgumentException(
                    "storeKey takes one file, or two to change the secret, not " + files.size());
        }
        var secrets = files.stream().map(KeyFile::read).toList();
        if (secrets.size() == MOST_SECRETS && secrets.get(0).isSameAs(secrets.get(1))) {
            throw new IllegalArgumentException("storeKey: " + files.get(0) + " and " + files.get(1)
                    + " have the same secret: to change it, make another one, openssl rand -base64 32");
        }
        return new StoreKeys(secrets, false);
    }

    /** Returns keys of a random secret, which is the same for all backends of this process. */
    public static StoreKeys ofProcess() {
        return OfProcess.KEYS;
    }

    /** Returns whether the secret never leaves this process, so that nobody else can try passwords with it. */
    public boolean isOfProcess() {
        return isOfProcess;
    }

    /**
     * Returns the name of the part of the store that a backend uses. It is made without the secret, since replicas have
     * different first secrets while the secret is changed.
     */
    public String space(String backendName) {
        return VERSION + "-" + text(RecordSealer.PUBLIC.digest(message("space", backendName)));
    }

    /**
     * Returns the keys of a session, one under each secret, that of the first secret first.
     *
     * @param owner whose the account is
     * @param kind the kind of its credentials
     * @param first the user name, or the only part that credentials of this kind have
     * @param secondOrItsHash the slow hash of the password, or nothing
     */
    public List<String> session(String backendName, char owner, char kind, String first, byte[] secondOrItsHash) {
        var message = message(
                Stream.of("session", backendName, String.valueOf(owner), String.valueOf(kind), first)
                        .map(StoreKeys::utf8),
                secondOrItsHash);
        return sealers.stream()
                .map(sealer -> text(sealer.names().digest(message)))
                .toList();
    }

    /**
     * Returns the names of a bucket of tokens, one under each secret, by its kind and what it counts. While the secret is
     * changed, some replicas know one of two secrets alone. So a token is taken of each: then they share one in any case.
     */
    public List<String> buckets(String kind, String... parts) {
        var message = message("bucket", kind, parts);
        return sealers.stream()
                .map(sealer -> text(sealer.names().digest(message)))
                .toList();
    }

    /** Returns the name of a bucket of tokens, by its kind and what it counts. */
    public String bucket(String kind, String... parts) {
        return buckets(kind, parts).get(0);
    }

    /**
     * Returns sealed bytes, which open under this key and this format alone. The format's number comes first.
     *
     * @param format 1 to 127
     */
    public byte[] seal(String key, int format, byte[] plain) {
        return sealers.get(0).seal(key, format, plain);
    }

    /** Returns the bytes that were sealed under this key and this format; empty if these are no such bytes. */
    public Optional<byte[]> open(String key, int format, byte[] sealed) {
        return sealers.stream()
                .flatMap(sealer -> sealer.open(key, format, sealed).stream())
                .findFirst();
    }

    private static byte[] message(String what, String first, String... more) {
        return message(
                Stream.concat(Stream.of(what, first), Arrays.stream(more)).map(StoreKeys::utf8), new byte[0]);
    }

    /** The length stands before each part, so that no two lists of parts give the same message. */
    private static byte[] message(Stream<byte[]> parts, byte[] last) {
        var all = Stream.concat(parts, Stream.of(last)).toList();
        var length = all.stream().mapToInt(part -> Integer.BYTES + part.length).sum();
        var message = ByteBuffer.allocate(length);
        all.forEach(part -> message.putInt(part.length).put(part));
        return message.array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] digest) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }

    @Override
    public String toString() {
        return "StoreKeys";
    }

    /** Made when it is needed first. */
    private static final class OfProcess {
        private static final StoreKeys KEYS = new StoreKeys(List.of(StoreSecret.random()), true);
    }
}

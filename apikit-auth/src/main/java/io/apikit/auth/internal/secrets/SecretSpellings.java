package io.apikit.auth.internal.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Finds secrets in a text, however they are spelled there: as they are, percent-encoded in either case, with the escapes
 * of JSON or the references of HTML, for all characters or some, and two or three of these one above the other. Besides,
 * each secret is known in base64 and base64url, with and without padding, also as a part of a longer text, in base64
 * twice, and in hexadecimal digits. The work grows with the length of the text. Mutable, not thread-safe.
 */
public final class SecretSpellings {
    private static final String MASK = "***";

    /** An encoding of an encoding of an encoding. */
    private static final int MOST_ROUNDS = 3;

    /** A shorter part of an encoding stands in other texts as well. */
    private static final int LEAST_OF_PART = 8;

    /** What is left of a secret that looks like an escape may be a letter. */
    private static final int LEAST_DECODED = 4;

    /** Each spelling that no round of decoding takes off, with the number of padding characters that may follow. */
    private final Map<String, Integer> spellings = new LinkedHashMap<>();

    private final List<Secret> pending = new ArrayList<>();

    /** A secret that is not spelled yet. It counts as it is, or only if its bytes are encoded. */
    private record Secret(String text, Charset charset, boolean isText) {}

    /** A part of a text that spells a secret. */
    private record Found(int start, int end) {
        /** Returns the part as it is, as the document spells it, and without the backslashes of a program's quotation. */
        List<String> values(String text, Set<TextSyntax> syntax) {
            var spelling = text.substring(start, end);
            var value = DecodedText.decoded(spelling, syntax);
            return List.of(spelling, value, DecodedText.decoded(value, TextSyntax.QUOTED));
        }
    }

    /** Adds a secret; an empty one is none. */
    public void add(String secret) {
        pending.add(new Secret(secret, UTF_8, true));
    }

    /** Adds what encodes a text, and not the text itself: a name and a password, joined by a colon. */
    public void addEncodingsOf(String text, Charset charset) {
        pending.add(new Secret(text, charset, false));
    }

    /** A text that is shorter than a secret spells it in no way: the long cookies of a session cost nothing here. */
    private void spellSecretsUpTo(int length) {
        pending.removeIf(secret -> {
            boolean mayBeSpelled = secret.text.length() <= length;
            if (mayBeSpelled) {
                spell(secret);
            }
            return mayBeSpelled;
        });
    }

    private void spell(Secret secret) {
        var bytes = secret.text.getBytes(secret.charset);
        if (bytes.length == 0) {
            return;
        }
        addEncodings(bytes);
        if (secret.isText) {
            addText(secret.text);
            if (bytes.length > secret.text.length()) {
                addText(new String(bytes, ISO_8859_1));
                addEncodings(secret.text.getBytes(ISO_8859_1));
            }
        }
    }

    /** A secret may look like an escape itself: a round of decoding changes it as it changes the text. */
    private void addText(String secret) {
        put(secret, 0);
        var each = secret;
        for (int round = 1; round < MOST_ROUNDS; round++) {
            each = DecodedText.decoded(each, TextSyntax.ALL);
            if (each.length() >= LEAST_DECODED) {
                put(each, 0);
            }
        }
    }

    private void addEncodings(byte[] bytes) {
        if (spellings.containsKey(Base64.getEncoder().withoutPadding().encodeToString(bytes))) {
            return;
        }
        addBase64(bytes);
        for (var encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
            for (int before = 0; before < 3; before++) {
                addPart(encoder, bytes, before);
            }
            addBase64(encoder.encode(bytes));
            addBase64(encoder.withoutPadding().encode(bytes));
        }
        var hex = HexFormat.of().formatHex(bytes);
        if (hex.length() >= LEAST_OF_PART) {
            put(hex, 0);
            put(hex.toUpperCase(Locale.ROOT), 0);
        }
    }

    private void addBase64(byte[] bytes) {
        int padding = (3 - bytes.length % 3) % 3;
        put(Base64.getEncoder().withoutPadding().encodeToString(bytes), padding);
        put(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes), padding);
    }

    private void put(String spelling, int padding) {
        spellings.merge(spelling, padding, Math::max);
    }

    /** Adds what an encoding has of a secret that follows so many other bytes, without what depends on its neighbours. */
    private void addPart(Base64.Encoder encoder, byte[] bytes, int before) {
        var shifted = new byte[before + bytes.length];
        System.arraycopy(bytes, 0, shifted, before, bytes.length);
        var encoded = encoder.encodeToString(shifted);
        int from = (before * 8 + 5) / 6;
        int to = shifted.length * 8 / 6;
        if (to - from >= LEAST_OF_PART) {
            put(encoded.substring(from, to), 0);
        }
    }

    /** Returns the text with {@code ***} for each secret. */
    public String masked(String text) {
        return masked(text, in(text));
    }

    /**
     * Returns the text with {@code ***} for each secret, but for those that stand in the requests in the same spelling.
     *
     * @param contentType the media type of the text: what its syntax escapes has the spelling of its value, too
     */
    public String masked(String text, String contentType, RequestTexts sent) {
        var found = in(text);
        var syntax = TextSyntax.of(contentType);
        var candidates = new LinkedHashSet<String>();
        found.forEach(each -> candidates.addAll(each.values(text, syntax)));
        var standing = sent.standing(candidates);
        found.removeIf(each -> each.values(text, syntax).stream().anyMatch(standing::contains));
        return masked(text, found);
    }

    private static String masked(String text, List<Found> found) {
        var masked = new StringBuilder(text.length());
        int done = 0;
        for (int i = 0; i < found.size(); ) {
            masked.append(text, done, found.get(i).start).append(MASK);
            done = found.get(i).end;
            for (i++; i < found.size() && found.get(i).start < done; i++) {
                done = Math.max(done, found.get(i).end);
            }
        }
        return masked.append(text, done, text.length()).toString();
    }

    private List<Found> in(String text) {
        spellSecretsUpTo(text.length());
        var found = new ArrayList<Found>();
        var index = new Index(spellings);
        var level = DecodedText.of(text);
        for (int round = 0; round <= MOST_ROUNDS; round++) {
            index.find(level, found);
            var next = level.decoded(TextSyntax.ALL);
            if (next == level) {
                break;
            }
            level = next;
        }
        found.sort(Comparator.comparingInt(Found::start).thenComparingInt(Found::end));
        return found;
    }

    /**
     * The spellings by their beginnings: most places of a text begin none. A place that may begin one costs more. So the
     * beginning has four characters: a text of two would say by its time whether a secret begins with them.
     */
    private static final class Index {
        private static final int BITS = 1 << 12;
        private static final int BEGINNING = 4;

        private final BitSet beginnings = new BitSet(BITS);
        private final Map<Character, List<String>> byFirst = new HashMap<>();
        private final Map<String, Integer> paddings;

        private Index(Map<String, Integer> spellings) {
            this.paddings = spellings;
            for (var spelling : spellings.keySet()) {
                byFirst.computeIfAbsent(spelling.charAt(0), any -> new ArrayList<>())
                        .add(spelling);
                if (spelling.length() < BEGINNING) {
                    beginnings.set(0, BITS); // Anything may follow.
                } else {
                    beginnings.set(hash(spelling, 0));
                }
            }
        }

        private static int hash(String text, int index) {
            int hash = text.charAt(index);
            for (int i = 1; i < BEGINNING; i++) {
                hash = hash * 67 + text.charAt(index + i);
            }
            return hash & (BITS - 1);
        }

        private void find(DecodedText level, List<Found> found) {
            var text = level.text();
            int last = text.length() - BEGINNING;
            for (int i = 0; i < text.length(); i++) {
                if (i > last || beginnings.get(hash(text, i))) {
                    for (var spelling : byFirst.getOrDefault(text.charAt(i), List.of())) {
                        add(spelling, i, level, found);
                    }
                }
            }
        }

        private void add(String spelling, int index, DecodedText level, List<Found> found) {
            var text = level.text();
            if (text.startsWith(spelling, index)) {
                int end = paddedEnd(text, index + spelling.length(), paddings.getOrDefault(spelling, 0));
                found.add(new Found(level.start(index), level.end(end)));
            }
        }

        /** Padding belongs to an encoding if there is as much as that needs. */
        private static int paddedEnd(String text, int end, int padding) {
            return text.startsWith("==".substring(0, padding), end) ? end + padding : end;
        }
    }
}

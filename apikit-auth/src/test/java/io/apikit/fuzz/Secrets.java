package io.apikit.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The secrets and the canaries of the fuzzers. Every secret begins with one marker, so that one search finds all of
 * them. A user name has nine letters, so that the marker in Base64 is a constant too.
 */
final class Secrets {
    private static final String MARKER = "s3cr3t-";
    private static final Pattern SECRET = Pattern.compile("s3cr3t-[\\w.-]*");
    private static final Pattern ENCODED = Pattern.compile("czNjcjN0L[\\w+/-]*=*");
    private static final Pattern CANARY = Pattern.compile("data-of-([a-z0-9]+)-([0-9a-f]+);");

    private Secrets() {}

    static String password(String user) {
        return MARKER + user;
    }

    static String basic(String user) {
        return basic(user, password(user));
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    /** Returns a token of this kind, which has the name of its user. */
    static String token(String kind, String user) {
        return MARKER + kind + "-" + user;
    }

    /** Returns a user name of nine letters. */
    static String user(String kind, int number) {
        return (kind + "aaaaaaaaa").substring(0, 5) + String.format("%04d", number % 10_000);
    }

    /** Returns what a backend has of this user, and of nobody else. A changed bit makes it nobody's. */
    static String canary(String user) {
        return "data-of-" + user + "-" + checksum(user) + ";";
    }

    private static String checksum(String user) {
        return Integer.toHexString(("canary of " + user).hashCode());
    }

    /** Returns the names whose data is in the text. */
    static Set<String> owners(String text) {
        var owners = new LinkedHashSet<String>();
        if (text.contains("data-of-")) {
            CANARY.matcher(text)
                    .results()
                    .filter(found -> found.group(2).equals(checksum(found.group(1))))
                    .forEach(found -> owners.add(found.group(1)));
        }
        return owners;
    }

    static boolean areIn(String text) {
        return text.contains(MARKER) || text.contains("czNjcjN0L");
    }

    /** Returns the secrets in the text, as they are there. */
    static Set<String> in(String text) {
        var found = new LinkedHashSet<String>();
        if (areIn(text)) {
            SECRET.matcher(text).results().forEach(one -> found.add(one.group()));
            ENCODED.matcher(text).results().forEach(one -> found.add(one.group()));
        }
        return found;
    }

    /** Returns the text without its secrets, printable, in one line. */
    static String masked(String text, int most) {
        var masked = ENCODED.matcher(SECRET.matcher(text).replaceAll("***")).replaceAll("***");
        var shown = new StringBuilder();
        for (int i = 0; i < Math.min(masked.length(), most); i++) {
            show(masked.charAt(i), shown);
        }
        return masked.length() > most ? shown + " ... (" + masked.length() + " in all)" : shown.toString();
    }

    static String masked(byte[] bytes, int most) {
        return masked(new String(bytes, ISO_8859_1), most);
    }

    private static void show(char c, StringBuilder shown) {
        switch (c) {
            case '\r' -> shown.append("\\r");
            case '\n' -> shown.append("\\n");
            case '\t' -> shown.append("\\t");
            case '\\' -> shown.append("\\\\");
            default -> {
                if (c >= ' ' && c < 0x7f) {
                    shown.append(c);
                } else {
                    shown.append(String.format(c < 0x100 ? "\\x%02x" : "\\u%04x", (int) c));
                }
            }
        }
    }
}

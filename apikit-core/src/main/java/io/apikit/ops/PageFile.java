package io.apikit.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A page that needs nothing but itself, and the Content-Security-Policy (level 3) that holds it to that: its own style
 * and script by their digests, and questions to where it came from.
 */
record PageFile(String html) {
    /** @param resource beside this class */
    static PageFile read(String resource) {
        try (var file = Objects.requireNonNull(PageFile.class.getResourceAsStream(resource), resource)) {
            return new PageFile(new String(file.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    byte[] bytes() {
        return html.getBytes(UTF_8);
    }

    String policy() {
        return "default-src 'none'; script-src " + digests("script") + "; style-src " + digests("style")
                + "; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    private String digests(String element) {
        return Pattern.compile("(?s)<" + element + ">(.*?)</" + element + ">")
                .matcher(html)
                .results()
                .map(found -> "'sha256-" + digest(found.group(1)) + "'")
                .collect(Collectors.joining(" "));
    }

    private static String digest(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}

package io.apikit.status;

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
 * An HTML page that loads no other file, and its Content-Security-Policy (level 3). The policy allows the page's own
 * style and script by their digests, and requests to the page's own origin; everything else is forbidden.
 */
record PageResource(String html) {
    /** @param resource the name of a file in the package of this class */
    static PageResource read(String resource) {
        try (var file = Objects.requireNonNull(PageResource.class.getResourceAsStream(resource), resource)) {
            return new PageResource(new String(file.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    byte[] bytes() {
        return html.getBytes(UTF_8);
    }

    String contentSecurityPolicy() {
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

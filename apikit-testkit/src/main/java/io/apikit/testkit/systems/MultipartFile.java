package io.apikit.testkit.systems;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file in a multipart body (RFC 7578). It is read from the raw body, which can be compared with that of a replay. */
final class MultipartFile {
    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)\"?", Pattern.CASE_INSENSITIVE);
    private static final Pattern FILENAME = Pattern.compile("filename=\"([^\"]*)\"", Pattern.CASE_INSENSITIVE);

    private final String filename;
    private final byte[] bytes;

    private MultipartFile(String filename, byte[] bytes) {
        this.filename = filename;
        this.bytes = bytes;
    }

    String filename() {
        return filename;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Returns the first part of this name that has a file name; empty if the body is not multipart or has none. */
    static Optional<MultipartFile> named(String name, String contentType, byte[] body) {
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!contentType.startsWith("multipart/form-data") || !boundary.find()) {
            return Optional.empty();
        }
        return find(name, "\r\n--" + boundary.group(1), "\r\n" + new String(body, ISO_8859_1));
    }

    /** In the body, one character is one byte. */
    private static Optional<MultipartFile> find(String name, String delimiter, String body) {
        int start = body.indexOf(delimiter);
        int end = body.indexOf(delimiter, start + 1);
        while (start >= 0 && end > start) {
            Optional<MultipartFile> file = part(name, body.substring(start + delimiter.length(), end));
            if (file.isPresent()) {
                return file;
            }
            start = end;
            end = body.indexOf(delimiter, start + 1);
        }
        return Optional.empty();
    }

    private static Optional<MultipartFile> part(String name, String part) {
        int blank = part.indexOf("\r\n\r\n");
        String headers = blank < 0 ? "" : part.substring(0, blank);
        Matcher filename = FILENAME.matcher(headers);
        if (!headers.contains("; name=\"" + name + "\"") || !filename.find()) {
            return Optional.empty();
        }
        String known = new String(filename.group(1).getBytes(ISO_8859_1), UTF_8);
        return Optional.of(new MultipartFile(known, part.substring(blank + 4).getBytes(ISO_8859_1)));
    }
}

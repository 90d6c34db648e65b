package io.apikit.http;

import io.apikit.BackendError;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes the errors that report a backend's response to the caller. */
final class ResponseErrors {
    /** Enough for the text of an error page; more would only enlarge the caller's own log. */
    private static final int CONTENT_LIMIT = 8192;

    /**
     * The most that is masked. The text is cut to {@link #CONTENT_LIMIT} only after secrets have been masked: otherwise
     * half a secret could remain at its end.
     */
    private static final int MASKED_LIMIT = 16 * CONTENT_LIMIT;

    private static final Pattern TEXTUAL = Pattern.compile(
            "text/.*|application/(?:.*\\+)?(?:json|xml)|application/(?:x-www-form-urlencoded|javascript)");

    private ResponseErrors() {}

    static BackendError of(BackendResponse response) {
        int status = response.status();
        if (status < 400 || status > 599) {
            return unexpected(response);
        }
        var error = new BackendError(status, response.reason(), content(response));
        return retryAfter(response)
                .map(value -> error.withHeader(RetryAfter.HEADER, value))
                .orElse(error);
    }

    private static BackendError unexpected(BackendResponse response) {
        return of("The backend answered with the unexpected status " + response.status(), response);
    }

    static BackendError of(String what, BackendResponse response) {
        var content = content(response);
        return BackendError.of(502, content == null ? what : what + ": " + content);
    }

    private static Optional<String> retryAfter(BackendResponse response) {
        return RetryAfter.appliesTo(response.status())
                ? response.header(RetryAfter.HEADER)
                        .filter(RetryAfter::isWellFormed)
                        .or(() -> response.retryAfter().map(RetryAfter::format))
                : Optional.empty();
    }

    private static @Nullable String content(BackendResponse response) {
        if (response.isEmpty() || !isText(response)) {
            return null;
        }
        var text = response.errorText();
        return cut(text, MASKED_LIMIT);
    }

    private static boolean isText(BackendResponse response) {
        var type = response.header("Content-Type").orElse("").split(";", 2)[0].strip();
        if (type.isEmpty()) {
            return response.errorText().indexOf('\0') < 0;
        }
        return TEXTUAL.matcher(type.toLowerCase(Locale.ROOT)).matches();
    }

    /** Returns the error with its content cut to what a caller needs. */
    static BackendError cut(BackendError error) {
        var content = error.content().orElse("");
        return content.length() <= CONTENT_LIMIT ? error : error.withContent(cut(content, CONTENT_LIMIT));
    }

    private static String cut(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit);
    }
}

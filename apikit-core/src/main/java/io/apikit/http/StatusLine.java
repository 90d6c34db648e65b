package io.apikit.http;

import io.javalin.http.HttpStatus;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A status and its reason phrase, the standard one where none is given (RFC 9110, section 15). */
record StatusLine(int status, String reason) {
    /** The parser lets them pass; they have no place in a log or an error. */
    private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}");

    StatusLine(int status, @Nullable String reason) {
        if (status < 100 || status > 999) {
            throw new IllegalArgumentException("status of a response must be 100 to 999, not " + status);
        }
        this.status = status;
        this.reason = reason == null || reason.isBlank()
                ? standardReason(status)
                : CONTROLS.matcher(reason).replaceAll(" ");
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    private static String standardReason(int status) {
        var standard = HttpStatus.forStatus(status);
        return standard == HttpStatus.UNKNOWN ? "Status " + status : standard.getMessage();
    }
}

package io.apikit.test;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The error that an app responds with, in either of its two shapes.
 *
 * @param reason the standard phrase of the status, such as {@code Not Found}
 * @param statusCode the status
 * @param content what is known about it; empty if nothing is
 */
public record ApiError(String reason, int statusCode, String content) {
    /** Creates an error from the fields of its JSON. A field that is missing or null is empty, or 0. */
    public ApiError(
            @JsonProperty("reason") @JsonAlias("title") @Nullable String reason,
            @JsonProperty("status_code") @JsonAlias("status") int statusCode,
            @JsonProperty("error_content") @JsonAlias("detail") @Nullable String content) {
        this.reason = reason == null ? "" : reason;
        this.statusCode = statusCode;
        this.content = content == null ? "" : content;
    }
}

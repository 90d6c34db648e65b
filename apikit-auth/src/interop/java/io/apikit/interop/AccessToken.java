package io.apikit.interop;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;

/** A provider's access token, a JWT with both providers (RFC 7519). */
record AccessToken(String text) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What it says of its owner, such as {@code sub}; whether that is signed is not looked at. */
    String claim(String name) {
        try {
            return JSON.readTree(Base64.getUrlDecoder().decode(text.split("\\.", -1)[1]))
                    .path(name)
                    .asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.apikit;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fields in JSON, written when they are first asked for: the first answer of a service is seldom JSON, and need not wait
 * until Jackson has been set up. Threadsafe.
 */
final class LateJson {
    private final Map<String, String> fields;
    private volatile byte @Nullable [] bytes;

    /** @param fields which do not change any more */
    LateJson(Map<String, String> fields) {
        this.fields = fields;
    }

    /** The same each time, not to be changed. Two who ask first write them twice, which is no harm. */
    byte[] bytes() {
        var written = bytes;
        if (written == null) {
            written = Json.bytes(fields);
            bytes = written;
        }
        return written;
    }
}

package io.apikit.testkit;

import java.util.Map;

/** What the status codes of tasks mean. */
final class TaskStatus {
    private static final Map<String, String> MEANINGS = Map.ofEntries(
            Map.entry("100", "Queued"),
            Map.entry("101", "In progress"),
            Map.entry("110", "Upload: waiting for an address"),
            Map.entry("111", "Upload: address received"),
            Map.entry("112", "Upload: file is in the object store"),
            Map.entry("113", "Upload: transfer to the system started"),
            Map.entry("114", "Upload: transfer to the system finished"),
            Map.entry("115", "Upload: error"),
            Map.entry("116", "Download: transfer to the object store started"),
            Map.entry("117", "Download: file is in the object store"),
            Map.entry("118", "Download: error"),
            Map.entry("200", "Finished successfully"),
            Map.entry("300", "Deleted"),
            Map.entry("301", "Expired"),
            Map.entry("302", "Invalid"),
            Map.entry("400", "Finished with errors"));

    private TaskStatus() {}

    static String of(String code) {
        return MEANINGS.getOrDefault(code, "Unknown status");
    }
}

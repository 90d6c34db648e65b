package io.apikit.testkit.systems;

import io.javalin.http.Context;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Optional;

/** A resource that is served completely, in part (RFC 9110, section 14) or on a condition (section 13). */
record NasaResource(NasaMedia media, long length) {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.RFC_1123_DATE_TIME;
    private static final ZonedDateTime MODIFIED = ZonedDateTime.of(2024, 2, 29, 12, 30, 0, 0, ZoneOffset.UTC);

    void send(Context ctx) throws IOException {
        ctx.header("ETag", etag())
                .header("Last-Modified", HTTP_DATE.format(MODIFIED))
                .header("Accept-Ranges", "bytes")
                .header("X-Description", media.description());
        if (unchanged(ctx)) {
            ctx.status(304);
        } else {
            part(ctx, range(ctx));
        }
    }

    String etag() {
        return "\"" + media.filename() + "-" + length + "\"";
    }

    /** {@code If-Modified-Since} is ignored if there is {@code If-None-Match}. */
    private boolean unchanged(Context ctx) {
        String tags = ctx.header("If-None-Match");
        String since = ctx.header("If-Modified-Since");
        return tags != null ? matches(tags) : since != null && notModified(since);
    }

    private boolean matches(String tags) {
        return Arrays.stream(tags.split(","))
                .map(String::strip)
                .anyMatch(tag -> tag.equals("*") || tag.equals(etag()) || tag.equals("W/" + etag()));
    }

    private static boolean notModified(String since) {
        try {
            return !MODIFIED.toInstant().isAfter(Instant.from(HTTP_DATE.parse(since)));
        } catch (DateTimeException ignored) {
            return false;
        }
    }

    /** Returns the range that was requested; empty for the whole body. */
    private Optional<ByteRange> range(Context ctx) {
        String condition = ctx.header("If-Range");
        boolean current = condition == null || condition.equals(etag()) || condition.equals(HTTP_DATE.format(MODIFIED));
        return Optional.ofNullable(ctx.header("Range"))
                .filter(header -> current)
                .flatMap(header -> ByteRange.of(header, length));
    }

    private void part(Context ctx, Optional<ByteRange> requested) throws IOException {
        ByteRange range = requested.orElse(new ByteRange(0, length));
        if (requested.isPresent() && !range.satisfiable()) {
            ctx.status(416).header("Content-Range", "bytes */" + length);
            return;
        }
        requested.ifPresent(part ->
                ctx.status(206).header("Content-Range", "bytes " + part.from() + "-" + (part.to() - 1) + "/" + length));
        ctx.contentType(media.contentType())
                .header("Content-Disposition", "inline; filename=\"" + media.filename() + "\"");
        body(ctx, range);
    }

    private void body(Context ctx, ByteRange range) throws IOException {
        ctx.res().setContentLengthLong(range.to() - range.from());
        if (!ctx.method().name().equals("HEAD")) {
            bytes(range).transferTo(ctx.outputStream());
        }
    }

    NasaBodyStream bytes(ByteRange range) {
        return new NasaBodyStream(media, length, range.from(), range.to());
    }
}

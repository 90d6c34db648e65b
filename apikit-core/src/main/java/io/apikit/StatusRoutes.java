package io.apikit;

import io.apikit.ops.StatusPage;
import io.javalin.config.JavalinState;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where people find the status page, and the page its data: with the metadata, all that there is to show. */
record StatusRoutes(StatusPage page, MetadataRoutes metadata) {
    void mount(JavalinState state) {
        new OwnRoute(page.path(), page::answer).mount(state);
        new OwnRoute(page.dataPath(), this::data).mount(state);
    }

    private void data(Context ctx) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("service", metadata.fields());
        fields.putAll(page.data());
        ctx.contentType(Json.TYPE).result(Json.bytes(fields));
    }
}

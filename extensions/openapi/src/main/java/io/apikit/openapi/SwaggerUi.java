package io.apikit.openapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The page, made of Swagger UI's script and style and of two small files of our own. All references are relative, so that it
 * works behind a proxy that removes the begin of the path. Threadsafe.
 */
final class SwaggerUi {
    private static final String POM = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
    private static final String VERSION = version();
    private static final String WEBJAR = "/META-INF/resources/webjars/swagger-ui/" + VERSION + "/";

    /** Swagger UI sets styles by script alone, which needs no exception. Its images are in its style. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** For all pages of the JVM: the script is compressed once. */
    private static final Map<String, WebFile> FILES = Map.of(
            "swagger-ui-bundle.js", WebFile.versioned("text/javascript", WEBJAR + "swagger-ui-bundle.js"),
            "swagger-ui.css", WebFile.versioned("text/css", WEBJAR + "swagger-ui.css"),
            "favicon-32x32.png", WebFile.versioned("image/png", WEBJAR + "favicon-32x32.png"),
            "page.js", WebFile.own("text/javascript", "page.js"),
            "page.css", WebFile.own("text/css", "page.css"));

    private final String path;
    private final Map<String, WebFile> byPath = new TreeMap<>();

    SwaggerUi(String path) {
        this.path = path;
        FILES.forEach((name, file) -> byPath.put(path + "/" + VERSION + "/" + name, file));
    }

    private static String version() {
        var properties = new Properties();
        try {
            properties.load(new StringReader(new String(WebFile.read(POM), UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(POM, e);
        }
        return properties.getProperty("version", "");
    }

    /** Returns the path of the description: beside the page. */
    String documentPath() {
        return path.substring(0, path.lastIndexOf('/') + 1) + "openapi.json";
    }

    /** Returns the paths of all files that the page loads, but the description. */
    List<String> files() {
        return List.copyOf(byPath.keySet());
    }

    WebFile file(String path) {
        var file = byPath.get(path);
        if (file == null) {
            throw new NotFoundResponse();
        }
        return file;
    }

    /** @param name of the service */
    WebFile html(String name) {
        var folder = lastSegment() + "/" + VERSION;
        return WebFile.html(new String(WebFile.read("page.html"), UTF_8)
                .replace("{folder}", escaped(folder))
                .replace("{name}", escaped(name)));
    }

    void respond(Context ctx, WebFile html) {
        if (ctx.path().endsWith("/")) {
            // Relative references would lead elsewhere.
            ctx.status(308).header(Header.LOCATION, "../" + lastSegment());
            return;
        }
        ctx.header(Header.CONTENT_SECURITY_POLICY, POLICY)
                .header(Header.X_FRAME_OPTIONS, "DENY")
                .header(Header.REFERRER_POLICY, "no-referrer");
        html.respond(ctx);
    }

    private String lastSegment() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}

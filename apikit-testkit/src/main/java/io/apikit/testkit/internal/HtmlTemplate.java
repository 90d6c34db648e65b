package io.apikit.testkit.internal;

import io.javalin.http.Context;

/** The HTML around the content of every page, and the escaping of text in it. */
public final class HtmlTemplate {
    private HtmlTemplate() {}

    /** Writes a response with this page. The title is escaped, the body is HTML already. */
    public static void send(Context ctx, int status, String title, String body) {
        ctx.status(status)
                .header("Cache-Control", "no-store")
                .contentType("text/html; charset=utf-8")
                .result(page(title, body));
    }

    private static String page(String title, String body) {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"><title>%s</title></head>
                <body>
                <h1>%s</h1>
                %s
                </body>
                </html>
                """.formatted(escape(title), escape(title), body);
    }

    /** Returns a hidden field of a form, escaped. */
    public static String hidden(String name, String value) {
        return "<input type=\"hidden\" name=\"%s\" value=\"%s\">".formatted(escape(name), escape(value));
    }

    /** Escapes text for the content of an element, or for an attribute in quotes of either kind. */
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}

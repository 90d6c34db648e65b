package io.apikit.auth.internal.secrets;

import java.util.Locale;
import java.util.Set;

/** A syntax that spells characters in another way. */
enum TextSyntax {
    /** {@code %XX} (RFC 3986, section 2.1), and {@code %uXXXX} of older scripts. */
    PERCENT,
    /** A space as a plus sign: {@code application/x-www-form-urlencoded}. */
    PLUS,
    /** The escapes of a JSON string (RFC 8259, section 7), with those that JavaScript has in addition. */
    BACKSLASH,
    /** The character references of HTML and XML. */
    ENTITY;

    static final Set<TextSyntax> ALL = Set.of(values());
    static final Set<TextSyntax> FORM = Set.of(PERCENT, PLUS);

    /** How programs quote a value in a message: {@code %q} of Go, {@code repr} of Python, a Debug of Rust. */
    static final Set<TextSyntax> QUOTED = Set.of(BACKSLASH);

    /** Returns the syntax in which a text of this media type spells its values; empty if it spells them as they are. */
    static Set<TextSyntax> of(String contentType) {
        var type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (type.endsWith("/x-www-form-urlencoded")) {
            return FORM;
        }
        if (type.endsWith("json") || type.endsWith("javascript")) {
            return Set.of(BACKSLASH);
        }
        if (type.startsWith("multipart/")) {
            return Set.of(PERCENT); // The names of fields and files (WHATWG HTML, multipart/form-data encoding).
        }
        return type.endsWith("html") || type.endsWith("xml") ? Set.of(ENTITY) : Set.of();
    }

    /** Returns the syntax of a document that begins as JSON or XML does; empty if it begins in another way. */
    static Set<TextSyntax> ofDocument(String text) {
        return switch (text.stripLeading().chars().findFirst().orElse(0)) {
            case '{', '[', '"' -> Set.of(BACKSLASH);
            case '<' -> Set.of(ENTITY);
            default -> Set.of();
        };
    }
}

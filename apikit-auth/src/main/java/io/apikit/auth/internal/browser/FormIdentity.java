package io.apikit.auth.internal.browser;

import java.util.List;
import java.util.Optional;

/**
 * What makes two forms the same one: where they lead, and which fields they have. Immutable.
 *
 * @param action empty if it is no http or https address
 * @param fields the names of fields, sorted
 */
record FormIdentity(Optional<Address> action, List<String> fields) {
    /** Returns the identity of a form among those of its page: the whole action, and all fields. */
    static FormIdentity whole(HtmlForm form) {
        return new FormIdentity(
                form.destination(), names(form.controls().stream().map(HtmlControl::name).toList()));
    }

    /**
     * Returns the identity of a form that comes again on another page: without the query, which has codes of each page, and
     * with the visible fields alone, since hidden ones change from page to page.
     */
    static FormIdentity visible(HtmlForm form) {
        var shown = form.controls().stream().filter(HtmlControl::isInteractive);
        return new FormIdentity(
                form.destination().map(to -> to.withQuery("")),
                names(shown.map(HtmlControl::name).toList()));
    }

    private static List<String> names(List<String> names) {
        return names.stream().sorted().distinct().toList();
    }
}

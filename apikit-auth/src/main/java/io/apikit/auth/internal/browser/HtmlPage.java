package io.apikit.auth.internal.browser;

import io.apikit.http.BackendResponse;
import io.apikit.internal.util.HttpSyntax;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/** A parsed page: its address, its forms and its title. Not thread-safe. */
public final class HtmlPage {
    /** The most characters of a login page. Those of Keycloak, Dex, GitHub and Google have 5,000 to 250,000. */
    public static final int MAX_LENGTH = 512 * 1024;

    /** A page with more controls is no login page. To assign the controls to forms takes quadratic time. */
    private static final int MAX_CONTROLS = 2_000;

    private static final int MAX_TITLE_LENGTH = 100;

    private static final Pattern BEGINNING = Pattern.compile(
            "\\s*+<(!--|(!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\\s>])",
            Pattern.CASE_INSENSITIVE);

    private final Address address;
    private final Document html;
    private final List<HtmlForm> forms;

    /** Parses the page that was found at this address. A page with too many controls has no forms. */
    public HtmlPage(Address at, String text) {
        this.address = at;
        this.html = Jsoup.parse(text);
        this.forms = html.select("form,input,button").size() > MAX_CONTROLS
                ? List.of()
                : html.forms().stream().map(form -> new HtmlForm(this, form)).toList();
    }

    /** Whether the content type is that of HTML or XHTML. */
    public static boolean isHtml(BackendResponse response) {
        var type = response.header("Content-Type").orElse("").strip().toLowerCase(Locale.ROOT);
        return type.startsWith("text/html") || type.startsWith("application/xhtml+xml");
    }

    /** Whether a text begins as browsers recognize HTML (WHATWG MIME Sniffing, section 7.1). */
    static boolean beginsLikeHtml(String text) {
        return BEGINNING.matcher(text).lookingAt();
    }

    /** Whether a text has more characters than a login page may have. */
    public static boolean isTooLong(String text) {
        return text.length() > MAX_LENGTH;
    }

    /** Returns the address of the page. */
    public Address address() {
        return address;
    }

    /** Returns the forms, in the order of the page. */
    public List<HtmlForm> forms() {
        return forms;
    }

    /** Returns the forms with a visible password field. */
    public List<HtmlForm> passwordForms() {
        return forms.stream().filter(form -> !form.passwords().isEmpty()).toList();
    }

    Stream<HtmlControl> controls() {
        return forms.stream().flatMap(form -> form.controls().stream());
    }

    /** Resolves a reference against {@code <base href>}, if the page has one, else against its address. */
    Address resolve(String reference) {
        var base = html.selectFirst("base[href]");
        return (base == null ? address : address.resolve(base.attr("href"))).resolve(reference);
    }

    /** Returns the title for an error: on one line, at most 100 characters. */
    public String title() {
        var title = HttpSyntax.withoutAsciiControl(html.title()).strip();
        return title.length() > MAX_TITLE_LENGTH ? title.substring(0, MAX_TITLE_LENGTH) + "..." : title;
    }

    /** Returns the title and the headings of the first two levels, in lower case. */
    String headline() {
        return (html.title() + " | " + html.select("h1,h2").text()).toLowerCase(Locale.ROOT);
    }
}

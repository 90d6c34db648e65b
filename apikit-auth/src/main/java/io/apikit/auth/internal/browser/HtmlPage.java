package io.apikit.auth.internal.browser;

import io.apikit.http.BackendResponse;
import io.apikit.internal.util.HttpSyntax;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/** A page, parsed: where it stands, its forms, its title. */
public final class HtmlPage {
    /** In characters: login pages of Keycloak, Dex, GitHub and Google have 5,000 to 250,000. */
    public static final int MAX_LENGTH = 512 * 1024;

    /** A page with more is no login page, and sorting its controls takes quadratic time. */
    private static final int MAX_CONTROLS = 2_000;

    private static final int MAX_TITLE_LENGTH = 100;

    private final Address address;
    private final Document html;
    private final List<HtmlForm> forms;

    public HtmlPage(Address at, String text) {
        this.address = at;
        this.html = Jsoup.parse(text);
        this.forms = html.select("form,input,button").size() > MAX_CONTROLS
                ? List.of()
                : html.forms().stream().map(form -> new HtmlForm(this, form)).toList();
    }

    public static boolean isHtml(BackendResponse response) {
        var type = response.header("Content-Type").orElse("").strip().toLowerCase(Locale.ROOT);
        return type.startsWith("text/html") || type.startsWith("application/xhtml+xml");
    }

    public static boolean isTooLong(String text) {
        return text.length() > MAX_LENGTH;
    }

    public Address address() {
        return address;
    }

    public List<HtmlForm> forms() {
        return forms;
    }

    /** The one form with visible password fields, or the several. */
    public List<HtmlForm> passwordForms() {
        return forms.stream().filter(form -> !form.passwords().isEmpty()).toList();
    }

    Stream<HtmlControl> controls() {
        return forms.stream().flatMap(form -> form.controls().stream());
    }

    /** Where a reference leads, {@code <base href>} taken into account. */
    Address resolve(String reference) {
        var base = html.selectFirst("base[href]");
        return (base == null ? address : address.resolve(base.attr("href"))).resolve(reference);
    }

    /** Its title on one line, cut, for errors. */
    public String title() {
        var title = HttpSyntax.withoutAsciiControl(html.title()).strip();
        return title.length() > MAX_TITLE_LENGTH ? title.substring(0, MAX_TITLE_LENGTH) + "..." : title;
    }

    /** Title and first headings, lower case. */
    String headline() {
        return (html.title() + " | " + html.select("h1,h2").text()).toLowerCase(Locale.ROOT);
    }
}

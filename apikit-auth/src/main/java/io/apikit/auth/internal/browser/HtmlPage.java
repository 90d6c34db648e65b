package io.apikit.auth.internal.browser;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsoup.nodes.Document;
import org.jsoup.parser.Parser;

/**
 * A parsed page: its address, its forms and its title. Not thread-safe.
 *
 * <p>The work on a page grows with its length alone: its markup is bounded before it is parsed, and each node is visited a
 * few times. {@link #exceeded()} says what a page has too much of. Such a page has no forms.
 */
public final class HtmlPage {
    /** The most characters of a login page. Those of Keycloak, Dex, GitHub and Google have 5,000 to 250,000. */
    public static final int MAX_LENGTH = 512 * 1024;

    /** References are resolved against it once a form, so its length is bounded. */
    private static final int MAX_BASE_LENGTH = 2_048;

    private static final Pattern BEGINNING = Pattern.compile(
            "\\s*+<(!--|(!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\\s>])",
            Pattern.CASE_INSENSITIVE);

    private final Address address;
    private final PageSource source;
    private final PageWork work;
    private final PageIndex index;
    private final Optional<String> exceeded;
    private final Optional<Address> base;
    private final List<HtmlForm> forms;
    private final String headline;

    /**
     * Parses the page that was found at this address.
     *
     * @param deadline when the work on the page ends; empty where the text is short
     * @throws io.apikit.BackendError 504 after the deadline, also of the other methods
     */
    public HtmlPage(Address at, String text, Optional<Deadline> deadline) {
        this(at, PageSource.of(text), deadline);
    }

    /**
     * Parses the page that was found at this address.
     *
     * @param deadline when the work on the page ends; empty where the text is short
     * @throws io.apikit.BackendError 504 after the deadline, also of the other methods
     */
    public HtmlPage(Address at, PageSource source, Optional<Deadline> deadline) {
        var text = source.text();
        this.address = at;
        this.source = source;
        this.work = new PageWork(at, deadline);
        this.index = new PageIndex(work);
        this.exceeded = MarkupBounds.exceededBy(text).or(() -> read(text));
        this.base = index.base().flatMap(this::based);
        this.forms = exceeded.isPresent() ? List.of() : index.forms(this);
        this.headline = (index.title() + " | " + index.headings()).toLowerCase(Locale.ROOT);
    }

    private Optional<String> read(String text) {
        Document document;
        try {
            document = parsed(text);
        } catch (BackendError e) {
            throw e;
        } catch (RuntimeException ignored) {
            // jsoup 1.24.1 forgets open elements while it opens them again, if the page is too deep.
            return Optional.of("markup that cannot be parsed");
        }
        index.traverse(document);
        return index.exceeded();
    }

    /** An element below the deepest that is allowed is parsed, so that it is seen. */
    private Document parsed(String text) {
        var parser = Parser.htmlParser().setMaxDepth(PageIndex.MAX_DEPTH + 1);
        return parser.parseInput(new TimedReader(text, work), "");
    }

    /** Returns what the page has too much of to be a login page, for an error; empty if it is within the bounds. */
    public Optional<String> exceeded() {
        return exceeded;
    }

    /**
     * Returns the value of the first input, or else the content of the first meta tag, of this name; empty if there is none, or
     * if the page has too much of something to be read.
     */
    public static Optional<String> valueOf(String name, String text) {
        if (isTooLong(text) || MarkupBounds.exceededBy(text).isPresent()) {
            return Optional.empty();
        }
        var page = Parser.htmlParser().setMaxDepth(PageIndex.MAX_DEPTH + 1).parseInput(text, "");
        return valueOf(name, page, "input", "value").or(() -> valueOf(name, page, "meta", "content"));
    }

    private static Optional<String> valueOf(String name, Document page, String tag, String attribute) {
        return page.getElementsByTag(tag).stream()
                .filter(element -> element.attr("name").equals(name))
                .map(element -> element.attr(attribute))
                .filter(value -> !value.isBlank())
                .findFirst();
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
        return visited(forms);
    }

    /** Returns the forms with a visible password field. */
    public List<HtmlForm> passwordForms() {
        return forms().stream().filter(form -> !form.passwords().isEmpty()).toList();
    }

    Stream<HtmlControl> controls() {
        return forms().stream().flatMap(form -> form.controls().stream());
    }

    /** Counts the elements of a list as visited, and returns them. */
    <T> List<T> visited(List<T> elements) {
        work.visit(elements.size());
        return elements;
    }

    /** Returns how many nodes, controls and forms the work on this page has visited so far. */
    long visits() {
        return work.visits();
    }

    /**
     * Resolves a reference against {@code <base href>}, if the page has one, else against its address. Its query is in
     * the page's encoding.
     *
     * @throws IllegalArgumentException if the reference is malformed, or the base is too long or at no http or https address
     */
    Address resolve(String reference) {
        var from = index.base().isPresent() ? base : Optional.of(address);
        return from.filter(at -> at.path().length() <= MAX_BASE_LENGTH)
                .orElseThrow(() ->
                        new IllegalArgumentException("an address below a base that is too long, or not http or https"))
                .resolve(reference, charset());
    }

    /** A base that is malformed, or of no place, is none (HTML Standard, section 4.2.3). */
    private Optional<Address> based(String href) {
        try {
            return Optional.of(address.resolve(href));
        } catch (Address.ElsewhereException ignored) {
            return Optional.empty();
        } catch (IllegalArgumentException ignored) {
            return Optional.of(address);
        }
    }

    /** Returns the encoding of what the page sends: its own, or UTF-8 if that is UTF-16. */
    Charset charset() {
        return PageCharset.forSending(source.charset());
    }

    /**
     * Returns what requests show of this page, by the policy in its markup, else that of its response. {@code
     * rel=noreferrer} of a form does not count, nor does it in Chromium: a provider that checks the origin needs it.
     */
    Referrer referrer() {
        return Referrer.of(address, index.policy().or(source::policy).orElse(Referrer.Policy.DEFAULT));
    }

    /** Returns the title, as long as it is. */
    public String title() {
        return index.title();
    }

    /** Returns what the page has besides its forms. */
    PageContent content() {
        return index.content();
    }

    /** Returns the controls of all forms, and those that belong to none. */
    Stream<HtmlControl> allControls() {
        return Stream.concat(controls(), visited(index.ownerless()).stream());
    }

    /** Returns the controls that belong to no form. Only a script could send them. */
    List<HtmlControl> ownerless() {
        return visited(index.ownerless());
    }

    /** Returns the title and the headings of the first two levels, in lower case. */
    String headline() {
        return headline;
    }

    /** Gives a text to the parser in pieces, with a look at the clock before each. */
    private static final class TimedReader extends StringReader {
        private static final int PIECE = 4_096;

        private final PageWork work;

        private TimedReader(String text, PageWork work) {
            super(text);
            this.work = work;
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            work.look();
            return super.read(buffer, offset, Math.min(length, PIECE));
        }
    }
}

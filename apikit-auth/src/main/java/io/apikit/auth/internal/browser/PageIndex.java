package io.apikit.auth.internal.browser;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.DataNode;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.FormElement;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeVisitor;
import org.jspecify.annotations.Nullable;

/**
 * What one pass over the nodes of a page finds: the forms with their controls, the title, the headings, the base, and the
 * rest as {@link PageContent}. Used by one thread.
 */
final class PageIndex implements NodeVisitor {
    /** The limit of elements in one another. Login pages have up to 60, and browsers stop at 512. */
    static final int MAX_DEPTH = 128;

    /** The limit of forms and controls. It bounds jsoup's search for the controls of a form, which is quadratic. */
    static final int MAX_CONTROLS = 2_000;

    /** The limit of forms in one another, which only malformed pages have. jsoup searches each of them to its end. */
    static final int MAX_NESTED_FORMS = 4;

    /** Forms and the elements that jsoup adds to the form that is open (HTML Standard, section 4.10.2, "listed"). */
    private static final Set<String> LISTED =
            Set.of("form", "input", "button", "select", "textarea", "fieldset", "keygen", "object", "output");

    private static final Pattern SPACES = Pattern.compile("\\s+");

    private final PageWork work;

    /** What is around the node under way, by depth. */
    private final List<Surroundings> around = new ArrayList<>();

    private final IdentityHashMap<Element, Control> controls = new IdentityHashMap<>();
    private final List<Control> inOrder = new ArrayList<>();
    private final List<Form> forms = new ArrayList<>();
    private final List<HtmlControl> ownerless = new ArrayList<>();
    private final StringBuilder headings = new StringBuilder();
    private final PageContent content = new PageContent();
    private final Surroundings root = new Surroundings(Visibility.SHOWN, null, null, null, null, content.root());
    private @Nullable StringBuilder title;
    private final DisabledParts parts = new DisabledParts();
    private Optional<ReferrerPolicy> policy = Optional.empty();
    private @Nullable String base;
    private int nodes;
    private int listed;
    private int deepest;

    PageIndex(PageWork work) {
        this.work = work;
    }

    @Override
    public void head(Node node, int depth) {
        work.visit(1);
        nodes++;
        var outer = depth == 0 ? root : around.get(depth - 1);
        if (node instanceof TextNode text) {
            outer.append(text.getWholeText());
        }
        if (node instanceof DataNode data && outer.visibility() != Visibility.INERT) {
            content.read(data);
        }
        if (node instanceof Element element) {
            deepest = Math.max(deepest, depth);
            parts.enter(element, depth);
            around.subList(depth, around.size()).clear();
            around.add(inside(element, outer));
        }
    }

    @Override
    public void tail(Node node, int depth) {
        if (node instanceof FormElement) {
            var form = around.get(depth).form();
            if (form != null && form.element.equals(node)) {
                form.size = nodes - form.before;
            }
        }
    }

    private Surroundings inside(Element element, Surroundings outer) {
        var visibility = Visibility.of(element).within(outer.visibility());
        var inner = outer.of(visibility, content.textWithin(element, visibility, outer.page()));
        if (!element.tag().namespace().equals(Parser.NamespaceHtml)) {
            return inner;
        }
        var name = element.normalName();
        listed += LISTED.contains(name) ? 1 : 0;
        if (visibility == Visibility.INERT) {
            return inner;
        }
        content.read(element, visibility);
        return switch (name) {
            case "form" -> element instanceof FormElement form ? inner.in(form(form, outer.form())) : inner;
            case "input", "button", "select", "textarea" -> inner.in(control(element, inner));
            case "option" -> inner.collecting(option(element, inner));
            case "title" -> inner.collecting(newTitle());
            case "a" -> element.hasAttr("href") ? inner.in(content.link(element, visibility)) : inner;
            case "img" -> inner.with(element.attr("alt"));
            case "h1", "h2" -> inner.collecting(headings.append(' '));
            default -> other(element, inner);
        };
    }

    private Form form(FormElement element, @Nullable Form outer) {
        var form = new Form(element, outer, nodes);
        forms.add(form);
        return form;
    }

    private Control control(Element element, Surroundings inner) {
        var control = new Control(element, inner.visibility(), inner.form());
        if (!parts.isDisabled() && !element.hasAttr("disabled")) {
            controls.put(element, control);
            inOrder.add(control);
        }
        return control;
    }

    private static StringBuilder option(Element element, Surroundings inner) {
        var text = new StringBuilder();
        var select = inner.control();
        if (select != null) {
            select.options.add(new HtmlControl.Option(element, text));
        }
        return text;
    }

    /** The first title counts. */
    private StringBuilder newTitle() {
        var text = new StringBuilder();
        title = title == null ? text : title;
        return text;
    }

    private Surroundings other(Element element, Surroundings inner) {
        if (base == null && element.normalName().equals("base") && element.hasAttr("href")) {
            base = element.attr("href");
        }
        if (element.normalName().equals("meta") && element.attr("name").strip().equalsIgnoreCase("referrer")) {
            policy = ReferrerPolicy.ofMeta(element.attr("content")).or(() -> policy);
        }
        if (element.isBlock() || element.normalName().equals("br")) {
            inner.append(" ");
        }
        return inner;
    }

    /** Returns what the page has too much of, for an error; empty if it is within the bounds. */
    Optional<String> exceeded() {
        if (deepest > MAX_DEPTH) {
            return Optional.of("elements nested deeper than " + MAX_DEPTH);
        }
        if (listed > MAX_CONTROLS) {
            return Optional.of("more than " + MAX_CONTROLS + " forms and controls");
        }
        return forms.stream().anyMatch(form -> form.nesting > MAX_NESTED_FORMS)
                ? Optional.of("more than " + MAX_NESTED_FORMS + " forms in one another")
                : Optional.empty();
    }

    /** Returns the text of the first title. */
    String title() {
        return title == null ? "" : normal(title);
    }

    /** Returns the text of the headings of the first two levels. */
    String headings() {
        return normal(headings);
    }

    /** Returns the {@code href} of the first base that has one. */
    Optional<String> base() {
        return Optional.ofNullable(base);
    }

    /** Returns the policy of the last {@code <meta name=referrer>} that has a known one. */
    Optional<ReferrerPolicy> policy() {
        return policy;
    }

    /** Returns the forms with the controls that they own, both in the order of the page. */
    List<HtmlForm> forms(HtmlPage page) {
        forms.forEach(this::claim);
        var byId = new HashMap<String, Form>();
        forms.forEach(form -> byId.putIfAbsent(form.element.id(), form));
        for (var control : inOrder) {
            work.visit(1);
            var named = control.element.hasAttr("form");
            var owner = named ? byId.get(control.element.attr("form")) : control.owner;
            (owner == null ? ownerless : owner.controls).add(control.read());
        }
        return forms.stream()
                .map(form -> new HtmlForm(page, form.element, form.controls))
                .toList();
    }

    /** Returns the controls that belong to no form. Only {@link #forms} finds them. */
    List<HtmlControl> ownerless() {
        return ownerless;
    }

    /** Returns what the page has besides its forms. */
    PageContent content() {
        return content;
    }

    /** A form in a table, such as {@code <table><form>}, owns controls that are not inside of it. Only jsoup knows these. */
    private void claim(Form form) {
        work.visit(form.size);
        for (var element : form.element.elements()) {
            work.visit(1);
            var control = controls.get(element);
            if (control != null && !form.isAround(control.owner)) {
                control.owner = form;
            }
        }
    }

    private static String normal(StringBuilder text) {
        return SPACES.matcher(text).replaceAll(" ").strip();
    }

    /**
     * What a node inherits from the elements around it.
     *
     * @param text where the innermost element that needs its text collects it
     * @param page where the text of the page is collected; null where it is none
     */
    private record Surroundings(
            Visibility visibility,
            @Nullable Form form,
            @Nullable Control control,
            PageContent.@Nullable Link link,
            @Nullable StringBuilder text,
            @Nullable StringBuilder page) {

        Surroundings of(Visibility inner, @Nullable StringBuilder innerPage) {
            return inner == visibility && innerPage == page
                    ? this
                    : new Surroundings(inner, form, control, link, text, innerPage);
        }

        Surroundings in(Form inner) {
            return new Surroundings(visibility, inner, control, link, text, page);
        }

        Surroundings in(Control inner) {
            return new Surroundings(visibility, form, inner, link, inner.text, page);
        }

        Surroundings in(PageContent.Link inner) {
            return new Surroundings(visibility, form, control, inner, text, page);
        }

        /** The innermost element that needs its text gets it, so that a text is copied three times at most. */
        Surroundings collecting(StringBuilder inner) {
            return new Surroundings(visibility, form, control, link, inner, page);
        }

        Surroundings with(String more) {
            append(more);
            return this;
        }

        void append(String more) {
            if (text != null) {
                text.append(more);
            }
            if (page != null) {
                page.append(more);
            }
            if (link != null) {
                link.content().append(more);
            }
        }
    }

    /** A form, the one around it, and how many nodes are before it and inside of it. */
    private static final class Form {
        private final FormElement element;
        private final @Nullable Form outer;
        private final int nesting;
        private final int before;
        private final List<HtmlControl> controls = new ArrayList<>();
        private int size;

        private Form(FormElement element, @Nullable Form outer, int before) {
            this.element = element;
            this.outer = outer;
            this.nesting = outer == null ? 1 : outer.nesting + 1;
            this.before = before;
        }

        private boolean isAround(@Nullable Form inner) {
            var form = inner;
            while (form != null && form != this) {
                form = form.outer;
            }
            return form != null;
        }
    }

    /** A control, its text, its options, and the form that owns it. */
    private static final class Control {
        private final Element element;
        private final Visibility visibility;
        private final StringBuilder text = new StringBuilder();
        private final List<HtmlControl.Option> options = new ArrayList<>();
        private @Nullable Form owner;

        private Control(Element element, Visibility visibility, @Nullable Form around) {
            this.element = element;
            this.visibility = visibility;
            this.owner = around;
        }

        private HtmlControl read() {
            return new HtmlControl(element, visibility, text.toString(), options);
        }
    }
}

package io.apikit.auth.internal.browser;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a page offers to choose from: its links, the buttons of forms without a field to fill in, and the options of those
 * forms. Some of it are ways to log in, such as Dex's connectors and Keycloak's identity providers. Immutable.
 */
final class LoginChoices {
    private static final int MOST_NAMES = 10;
    private static final int MOST_CHOICES = 1_000;

    private static final Pattern WITH = Pattern.compile(
            "^\\W*((log|sign)[ -]?(in|on)|continue|connect|authenticate)( \\w+)? (with|via|using|through|by) ",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern WAY = Pattern.compile(
            "(/|^)(auth|broker|o?auth2?|saml2?|oidc|openid|sso|idps?|connect(or)?s?|providers?|social|login)([/_-]|$)"
                    + "|(connector|idp|provider|connection|entity|realm|domain|method|source)(_?id|_?hint|_?name)?=|o?auth_login",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern CALLED_WAY = Pattern.compile(
            "social|provider|idp|connector|connection|saml|oauth|sso|realm|domain|method|source|organi[sz]ation|backend",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NO_WAY = Pattern.compile(
            "forgot|reset|recover|regist|sign[ -_]?up|signup|creat|help|support|privacy|terms|polic|imprint|impressum|legal"
                    + "|contact|about|cookie|language|locale|docs?\\b|log[ -_]?out|sign[ -_]?out|download|home|again|restart",
            Pattern.CASE_INSENSITIVE);

    /** The last part of a path that says nothing of the way. */
    private static final Set<String> PLAIN = Set.of(
            "",
            "login",
            "signin",
            "sign_in",
            "sign-in",
            "start",
            "auth",
            "authorize",
            "oauth",
            "oauth2",
            "saml",
            "oidc",
            "oauth_login",
            "endpoint");

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]*");

    private final List<Choice> all;

    private LoginChoices(List<Choice> all) {
        this.all = List.copyOf(all);
    }

    /**
     * One thing to choose.
     *
     * @param text what it says
     * @param address where it leads, without what a form puts into a query
     * @param isWay whether it looks like a way to log in
     * @param sent makes the request that follows it
     */
    record Choice(String text, Address address, boolean isWay, Supplier<PageRequest> sent) {
        private String name() {
            var name = WITH.matcher(text).replaceFirst("").strip();
            return name.isEmpty() ? path() : name;
        }

        private String path() {
            return address.path();
        }

        private String lastOfPath() {
            return path().substring(path().lastIndexOf('/') + 1);
        }

        private boolean isCalled(String wanted) {
            return Stream.of(text, name(), path(), address.target(), lastOfPath())
                    .anyMatch(called -> called.equalsIgnoreCase(wanted));
        }
    }

    /** Finds what a page offers. Controls of a form that asks for a text are part of that form. */
    static LoginChoices on(HtmlPage page) {
        var found = Stream.concat(
                page.content().links().stream().flatMap(link -> ofLink(page, link).stream()),
                page.forms().stream().flatMap(LoginChoices::ofForm));
        return new LoginChoices(found.limit(MOST_CHOICES).toList());
    }

    private static Optional<Choice> ofLink(HtmlPage page, PageContent.Link link) {
        if (link.visibility().compareTo(Visibility.HIDDEN) >= 0 || link.href().strip().startsWith("#")) {
            return Optional.empty();
        }
        try {
            var to = page.resolve(link.href());
            var text = link.text();
            var isWay = !NO_WAY.matcher(text + " " + to.path()).find()
                    && (WITH.matcher(text).find()
                            || WAY.matcher(to.target()).find()
                            || CALLED_WAY.matcher(link.identifiers()).find());
            return Optional.of(new Choice(text, to, isWay, () -> PageRequest.get(to)));
        } catch (IllegalArgumentException ignored) {
            return Optional.empty();
        }
    }

    private static Stream<Choice> ofForm(HtmlForm form) {
        var fields = form.controls().stream().filter(HtmlControl::isInteractive).toList();
        var to = form.destination();
        if (to.isEmpty() || !fields.stream().allMatch(HtmlControl::isChoice)) {
            return Stream.of();
        }
        return fields.isEmpty()
                ? ofButtons(form, to.get())
                : fields.stream().flatMap(field -> ofOptions(form, to.get(), field));
    }

    private static Stream<Choice> ofButtons(HtmlForm form, Address to) {
        var leadsToWay = WAY.matcher(form.identifiers()).find();
        return form.submits().stream()
                .filter(button -> button.isVisible() && !FilledForm.isForSomethingElse(button))
                .map(button -> {
                    var isWay = leadsToWay
                            || WITH.matcher(button.text()).find()
                            || CALLED_WAY.matcher(button.label()).find();
                    return new Choice(
                            button.text(), to, isWay, () -> new FilledForm(form).press(button).request());
                });
    }

    private static Stream<Choice> ofOptions(HtmlForm form, Address to, HtmlControl field) {
        var isWay = CALLED_WAY.matcher(field.name() + " " + field.id()).find();
        return field.choices().entrySet().stream()
                .map(option -> new Choice(
                        option.getValue().isEmpty() ? option.getKey() : option.getValue(),
                        to,
                        isWay,
                        () -> new FilledForm(form).choose(field, option.getKey()).request()));
    }

    /** Returns the requests of what an author named, by its text or its path; several if the name fits several. */
    List<PageRequest> called(String textOrPath) {
        var wanted = PageTexts.onOneLine(textOrPath);
        return all.stream()
                .filter(choice -> choice.isCalled(wanted))
                .limit(MOST_NAMES)
                .map(choice -> choice.sent().get())
                .distinct()
                .toList();
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Whether something looks like a way to log in. */
    boolean areWays() {
        return all.stream().anyMatch(Choice::isWay);
    }

    /** Returns the names of the ways to log in, for an error; of all that there is, if none looks like one. */
    String names(PageTexts texts) {
        var areWays = areWays();
        var shown = all.stream().filter(choice -> choice.isWay() || !areWays).toList();
        var ids = shown.stream().map(Choice::lastOfPath).distinct().toList();
        var areIds = ids.size() == shown.size() && ids.stream().allMatch(LoginChoices::isName);
        var names = shown.stream()
                .map(choice -> areIds ? choice.lastOfPath() : choice.name())
                .distinct()
                .toList();
        var listed = names.stream()
                .limit(MOST_NAMES)
                .map(name -> texts.shown(name, PageTexts.NAME))
                .collect(Collectors.joining(", "));
        return names.size() > MOST_NAMES ? listed + ", ..." : listed;
    }

    private static boolean isName(String last) {
        return NAME.matcher(last).matches() && !PLAIN.contains(last.toLowerCase(Locale.ROOT));
    }
}

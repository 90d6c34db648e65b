package io.apikit.auth.internal.browser;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page that goes on by itself: a form that a script submits or that a protocol hands over, a declared refresh, or the
 * address that a script goes to. A page that asks something of the user never does. Used by one thread.
 */
final class HandOver {
    /** What a text for browsers without script says of the button below it. */
    private static final Pattern PRESS =
            Pattern.compile("\\b(press|click|submit|continue|proceed|button)", Pattern.CASE_INSENSITIVE);

    private static final Pattern WORD = Pattern.compile("[\\w$:.-]+");
    private static final Pattern NUMBERED =
            Pattern.compile("\\b(?:forms|getElementsByTagName\\(\\s*['\"]form['\"]\\s*\\))\\s*(?:\\.item\\s*)?[\\[(]\\s*(\\d{1,4})\\s*[\\])]"
                    + "|\\bforms\\s*\\(\\s*(\\d{1,4})\\s*\\)");

    private final HtmlPage page;
    private final PageScripts scripts;

    private HandOver(HtmlPage page) {
        this.page = page;
        this.scripts = new PageScripts(page.content().scripts());
    }

    /**
     * Returns the request that a page goes on with; empty if it does not go on by itself.
     *
     * @param header the {@code Refresh} header of the response
     */
    static Optional<PageRequest> of(HtmlPage page, Optional<String> header) {
        if (isQuestion(page)) {
            return Optional.empty();
        }
        var handOver = new HandOver(page);
        return handOver.form().map(FilledForm::request).or(() -> handOver.refresh(header))
                .or(handOver::location);
    }

    /** Whether a page asks something of the user: it has a field, a captcha, or buttons to choose from. */
    private static boolean isQuestion(HtmlPage page) {
        return LoginPageRules.isUpToTheUser(page)
                || page.allControls().anyMatch(control -> control.isInteractive() && !control.isSearch())
                || page.forms().stream().anyMatch(HandOver::isChoice);
    }

    /** Two buttons are a question, and one that does not continue is one too. */
    private static boolean isChoice(HtmlForm form) {
        return form.submits().stream()
                                .filter(HtmlControl::isVisible)
                                .map(HtmlControl::label)
                                .distinct()
                                .limit(2)
                                .count()
                        > 1
                || form.submits().stream().anyMatch(FilledForm::isForSomethingElse);
    }

    private Optional<FilledForm> form() {
        var candidates = page.forms().stream().filter(HandOver::isHandOver).toList();
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        return submitted(candidates)
                .or(() -> only(candidates.stream().filter(HandOver::isOfProtocol).toList())
                        .map(form -> new FilledForm(form).pressNothing()))
                .or(() -> forNoScript(candidates));
    }

    /** Only what the page has filled in is sent, and no password is among it. */
    private static boolean isHandOver(HtmlForm form) {
        return form.isAllHidden()
                && form.controls().stream()
                        .noneMatch(control -> control.attribute("type").equals("password"));
    }

    /**
     * The fields of SAML (Bindings 2.0, section 3.5), WS-Federation (1.2, section 13.2) and of responses to an authorization
     * request (OAuth 2.0 Form Post Response Mode).
     */
    private static boolean isOfProtocol(HtmlForm form) {
        return form.isPost()
                && (hasOne(form, "SAMLRequest", "SAMLResponse")
                        || (form.hasField("wa") && hasOne(form, "wresult", "wctx"))
                        || form.hasField("id_token")
                        || (form.hasField("state") && hasOne(form, "code", "error", "response", "access_token")));
    }

    private static boolean hasOne(HtmlForm form, String... names) {
        return List.of(names).stream().anyMatch(form::hasField);
    }

    /** Identical forms count as one. */
    private static Optional<HtmlForm> only(List<HtmlForm> forms) {
        return forms.stream().map(FormIdentity::whole).distinct().limit(2).count() == 1
                ? Optional.of(forms.get(0))
                : Optional.empty();
    }

    /** Returns the form that the first submission of a script means. */
    private Optional<FilledForm> submitted(List<HtmlForm> candidates) {
        return scripts.submissions().stream().findFirst().flatMap(submission -> {
            var named = named(submission);
            return named.isPresent()
                    ? named.filter(candidates::contains).map(form -> pressed(form, submission))
                    : only(candidates).map(form -> pressed(form, submission));
        });
    }

    private static FilledForm pressed(HtmlForm form, PageScripts.Submission submission) {
        var filled = new FilledForm(form);
        return submission.isClick() ? filled : filled.pressNothing();
    }

    private Optional<HtmlForm> named(PageScripts.Submission submission) {
        var number = NUMBERED.matcher(submission.statement());
        if (number.find()) {
            int at = Integer.parseInt(number.group(1) == null ? number.group(2) : number.group(1));
            return page.forms().stream().skip(at).findFirst();
        }
        var words = WORD.matcher(submission.statement())
                .results()
                .flatMap(word -> Stream.of(word.group().split("\\.")))
                .filter(name -> !name.isEmpty())
                .toList();
        return page.forms().stream()
                .filter(form -> form.isCalledOneOf(words) && !(submission.isClick() && form.submits().isEmpty()))
                .findFirst();
    }

    /** A button that is there for browsers without script, or that a text for them asks to press. */
    private Optional<FilledForm> forNoScript(List<HtmlForm> candidates) {
        var asksToPress = PRESS.matcher(page.content().noScriptText()).find();
        var offered = candidates.stream()
                .filter(form -> form.submits().stream()
                        .limit(2)
                        .anyMatch(button -> button.isForNoScript() || (asksToPress && button.isVisible())))
                .toList();
        return only(offered).map(FilledForm::new);
    }

    private Optional<PageRequest> refresh(Optional<String> header) {
        return header.flatMap(Refresh::parse)
                .or(() -> page.content().refresh())
                .filter(Refresh::isSoon)
                .flatMap(refresh -> step(refresh.reference())
                        // A page that loads itself again after some seconds waits for something.
                        .filter(step -> refresh.seconds() == 0 || !step.address().equals(page.address())));
    }

    /** The last resort: a page of nothing but a script that names one address. */
    private Optional<PageRequest> location() {
        var locations = scripts.locations().stream().distinct().toList();
        var isEmpty = page.forms().isEmpty()
                && page.content().frames().isEmpty()
                && page.content().text().isEmpty();
        return isEmpty && locations.size() == 1 && !locations.get(0).isEmpty()
                ? step(locations.get(0))
                : Optional.empty();
    }

    /** A reference to anything but a page, such as {@code javascript:}, is no way on. */
    private Optional<PageRequest> step(String reference) {
        try {
            return Optional.of(PageRequest.get(
                    reference.isEmpty() ? page.address() : page.resolve(reference)));
        } catch (IllegalArgumentException ignored) {
            return Optional.empty();
        }
    }
}

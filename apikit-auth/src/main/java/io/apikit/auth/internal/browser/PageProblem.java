package io.apikit.auth.internal.browser;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says what a page has in place of a login, for an error. */
final class PageProblem {
    private static final int MOST_NAMES = 5;
    private static final int MOST_LENGTH = 200;

    private PageProblem() {}

    /** Returns what a page has, as the rest of a sentence with the page as its subject; empty if that is nothing. */
    static String of(HtmlPage page) {
        var cause = ofScript(page);
        cause = cause != null ? cause : ofFrames(page.content().frames());
        cause = cause != null ? cause : ofForms(page);
        if (cause == null) {
            return "";
        }
        return cause.length() > MOST_LENGTH ? cause.substring(0, MOST_LENGTH) + "..." : cause;
    }

    private static @Nullable String ofScript(HtmlPage page) {
        if (page.ownerless().stream().anyMatch(control -> isPassword(control) && control.isVisible())) {
            return "needs JavaScript: its password field is in no form";
        }
        var content = page.content();
        var isBare = page.allControls().noneMatch(HtmlControl::isInteractive);
        var saysSo = PageContent.needsScript(content.noScriptText());
        if (isBare && (saysSo || (content.hasScript() && content.text().isEmpty()))) {
            return "needs JavaScript";
        }
        return page.controls().anyMatch(PageProblem::isPassword)
                        && page.passwordForms().isEmpty()
                ? "has a login form that is hidden until JavaScript shows it"
                : null;
    }

    private static boolean isPassword(HtmlControl control) {
        return control.attribute("type").equals("password");
    }

    /** A frame is a page of its own: what is shown in it, and where a login in it ends, is not this page's to say. */
    private static @Nullable String ofFrames(List<String> frames) {
        return frames.isEmpty() ? null : "shows another page in a frame: name the address of that page instead";
    }

    private static @Nullable String ofForms(HtmlPage page) {
        var asking = page.forms().stream().filter(form -> !form.isAllHidden()).toList();
        if (!asking.isEmpty()) {
            return asking.stream().allMatch(LoginFormRules::isForAnotherPurpose)
                    ? "has a form for another purpose, such as to register, to search or to reset a password"
                    : "asks for fields that are no user name and no password: " + fields(asking);
        }
        var buttons = page.forms().stream()
                .flatMap(form -> form.submits().stream())
                .filter(HtmlControl::isVisible)
                .map(HtmlControl::text)
                .limit(MOST_NAMES)
                .toList();
        return buttons.isEmpty() ? null : "asks to press a button: " + String.join(", ", buttons);
    }

    private static String fields(List<HtmlForm> forms) {
        return forms.stream()
                .flatMap(form -> form.controls().stream())
                .filter(HtmlControl::isInteractive)
                .map(HtmlControl::name)
                .filter(name -> !name.isEmpty())
                .distinct()
                .limit(MOST_NAMES)
                .collect(Collectors.joining(", "));
    }
}

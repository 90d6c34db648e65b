package io.apikit.auth.internal.browser;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds the field for the user name, whose name differs between identity providers. */
final class LoginFormRules {
    /** Usual names and ids, without punctuation: {@code user[login]} is userlogin. */
    private static final Set<String> USUAL_NAMES = Set.of(
            "login",
            "username",
            "user",
            "userid",
            "userlogin",
            "useremail",
            "email",
            "emailaddress",
            "mail",
            "uid",
            "identifier",
            "identity",
            "loginid",
            "loginname",
            "loginfmt",
            "loginusername",
            "account",
            "accountname",
            "jusername",
            "signinname",
            "upn",
            "logonname");

    private static final Pattern OTHER_PURPOSE =
            Pattern.compile("search|subscri|newsletter|forgot|reset|recover|regist|sign-?up");

    /** What the button of such a form says. */
    private static final Pattern OTHER_BUTTON = Pattern.compile(
            "search|subscri|newsletter|forgot|reset|recover|regist|sign[ -]?up|create (an? |my )?(new )?account|\\bjoin\\b");

    private LoginFormRules() {}

    /** Whether a form is for something else than logging in: registering, searching, a newsletter, a lost password. */
    static boolean isForAnotherPurpose(HtmlForm form) {
        var buttons = form.submits();
        return isForSearching(form)
                || OTHER_PURPOSE.matcher(form.identifiers().toLowerCase(Locale.ROOT)).find()
                || (!buttons.isEmpty()
                        && buttons.stream()
                                .allMatch(button -> OTHER_BUTTON.matcher(button.label()).find()));
    }

    private static boolean isForSearching(HtmlForm form) {
        var fields =
                form.controls().stream().filter(HtmlControl::isInteractive).toList();
        return !fields.isEmpty() && fields.stream().allMatch(HtmlControl::isSearch);
    }

    /** Returns the field for the user name, in a form with this password field. */
    static Optional<HtmlControl> userName(HtmlForm form, HtmlControl password) {
        var texts =
                form.texts().stream().filter(field -> !field.name().isEmpty()).toList();
        var shown = texts.stream().filter(HtmlControl::isShown).toList();
        var seen = shown.isEmpty() ? texts : shown;
        return byAutocomplete(seen).or(() -> byUsualName(seen)).or(() -> lastBefore(password, form, seen));
    }

    /** Returns the field for the user name in a form that asks for nothing else. */
    static Optional<HtmlControl> onlyUserName(HtmlForm form) {
        var texts = form.texts();
        var single = texts.size() == 1 && form.passwords().isEmpty();
        return single && !isForAnotherPurpose(form)
                ? byAutocomplete(texts).or(() -> byUsualName(texts))
                : Optional.empty();
    }

    private static Optional<HtmlControl> byAutocomplete(List<HtmlControl> texts) {
        return texts.stream()
                .filter(field -> Arrays.asList(field.attribute("autocomplete").split("\\s+"))
                        .contains("username"))
                .findFirst();
    }

    private static Optional<HtmlControl> byUsualName(List<HtmlControl> texts) {
        return texts.stream()
                .filter(field -> USUAL_NAMES.contains(plain(field.name())) || USUAL_NAMES.contains(plain(field.id())))
                .findFirst();
    }

    private static Optional<HtmlControl> lastBefore(
            HtmlControl password, HtmlForm form, Collection<HtmlControl> texts) {
        var known = new HashSet<>(texts);
        return form.controls().stream()
                .takeWhile(control -> control != password)
                .filter(known::contains)
                .reduce((earlier, later) -> later);
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
}

package io.apikit.auth.internal.browser;

import java.util.Arrays;
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

    private LoginFormRules() {}

    /** Returns the field for the user name, in a form with this password field. */
    static Optional<HtmlControl> userName(HtmlForm form, HtmlControl password) {
        var texts =
                form.texts().stream().filter(field -> !field.name().isEmpty()).toList();
        return byAutocomplete(texts).or(() -> byUsualName(texts)).or(() -> lastTextBefore(password, form));
    }

    /** Returns the field for the user name in a form that asks for nothing else. */
    static Optional<HtmlControl> onlyUserName(HtmlForm form) {
        var texts = form.texts();
        var single = texts.size() == 1 && form.passwords().isEmpty();
        return single
                        && !OTHER_PURPOSE
                                .matcher(form.identifiers().toLowerCase(Locale.ROOT))
                                .find()
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

    private static Optional<HtmlControl> lastTextBefore(HtmlControl password, HtmlForm form) {
        return form.controls().stream()
                .takeWhile(control -> control != password)
                .filter(field -> field.isText() && !field.name().isEmpty())
                .reduce((earlier, later) -> later);
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
}

package io.apikit.auth.internal.browser;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * The forms of a page that ask for credentials, with a score for each. One with one password field is better than one with
 * two, a visible one better than one that a class may hide, one for logging in better than one for registering. Immutable.
 */
final class LoginForms {
    private static final int ONE_PASSWORD = 8;
    private static final int SHOWN = 4;
    private static final int USER_NAME = 2;
    private static final int SENDABLE = 1;
    private static final int OTHER_PURPOSE = -8;

    private final List<HtmlForm> best;

    private LoginForms(List<HtmlForm> best) {
        this.best = best;
    }

    /**
     * Finds the forms with a password field.
     *
     * @param isUserNameKnown whether the user name was sent already
     */
    static LoginForms withPassword(HtmlPage page, boolean isUserNameKnown) {
        var scores = new LinkedHashMap<HtmlForm, Integer>();
        page.passwordForms().stream()
                .filter(form -> !isForANewAccount(form))
                .forEach(form -> scores.put(form, score(form, isUserNameKnown)));
        int highest = scores.values().stream().mapToInt(score -> score).max().orElse(0);
        return new LoginForms(distinct(scores.keySet().stream()
                .filter(form -> scores.getOrDefault(form, highest - 1) == highest)
                .toList()));
    }

    /** Finds the forms that ask for the user name alone. */
    static LoginForms withUserName(HtmlPage page) {
        var forms = page.forms().stream()
                .filter(form -> LoginFormRules.onlyUserName(form).isPresent())
                .toList();
        var shown = forms.stream()
                .filter(form -> form.texts().stream().allMatch(HtmlControl::isShown))
                .toList();
        return new LoginForms(distinct(shown.isEmpty() ? forms : shown));
    }

    /** Finds the forms with the fields of these names. On the first of two pages the password's may be missing. */
    static LoginForms named(HtmlPage page, PageLogin.Fields fields) {
        var whole = page.forms().stream()
                .filter(form -> form.hasField(fields.password()))
                .toList();
        return new LoginForms(distinct(
                whole.isEmpty()
                        ? page.forms().stream()
                                .filter(form -> form.hasField(fields.userName()))
                                .toList()
                        : whole));
    }

    private static int score(HtmlForm form, boolean isUserNameKnown) {
        var password = form.passwords().get(0);
        var score = form.passwords().size() == 1 ? ONE_PASSWORD : 0;
        score += password.isShown() ? SHOWN : 0;
        score += isUserNameKnown || LoginFormRules.userName(form, password).isPresent() ? USER_NAME : 0;
        score += form.isPost() && form.destination().isPresent() ? SENDABLE : 0;
        return score + (LoginFormRules.isForAnotherPurpose(form) ? OTHER_PURPOSE : 0);
    }

    /** A form that registers or resets is never filled in, if it says so by its field too. */
    private static boolean isForANewAccount(HtmlForm form) {
        return form.passwords().size() == 1
                && LoginFormRules.isForAnotherPurpose(form)
                && LoginPageRules.isNewPassword(form.passwords().get(0));
    }

    /** Identical forms, as one for small screens and one for large ones, count as one. */
    private static List<HtmlForm> distinct(List<HtmlForm> forms) {
        var byIdentity = new LinkedHashMap<FormIdentity, HtmlForm>();
        forms.forEach(form -> byIdentity.putIfAbsent(FormIdentity.whole(form), form));
        return new ArrayList<>(byIdentity.values());
    }

    /** Returns the best form; empty if there is none, or more than one. */
    Optional<HtmlForm> only() {
        return best.size() == 1 ? Optional.of(best.get(0)) : Optional.empty();
    }

    /** Returns the best forms: none, one, or several of equal score that lead to different places. */
    List<HtmlForm> best() {
        return best;
    }
}

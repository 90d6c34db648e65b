package io.apikit.starter;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A setting of a service: its name in the environment, its meaning, its default, and whether it is a secret. Immutable.
 *
 * <pre>{@code
 * Setting.named("PAGE_SIZE", "how many jobs a page has").defaultsTo("50").checked(Integer::parseInt)
 * }</pre>
 */
public final class Setting {
    private final String name;
    private final String meaning;
    private final @Nullable String fallback;
    private final @Nullable String shownDefault;
    private final boolean secret;
    private final Consumer<String> check;

    private Setting(
            String name,
            String meaning,
            @Nullable String fallback,
            @Nullable String shownDefault,
            boolean secret,
            Consumer<String> check) {
        this.name = name;
        this.meaning = meaning;
        this.fallback = fallback;
        this.shownDefault = shownDefault;
        this.secret = secret;
        this.check = check;
    }

    /**
     * Returns a setting without a default, which is no secret.
     *
     * @param name in capital letters, such as {@code PAGE_SIZE}; as an argument it is {@code --page-size}
     * @param meaning a few words for {@code --help}
     * @throws IllegalArgumentException for a name of other characters than capital letters, digits and underscores
     */
    public static Setting named(String name, String meaning) {
        if (!name.matches("[A-Z][A-Z0-9_]*")) {
            throw new IllegalArgumentException("the name of a setting must be like PAGE_SIZE, not '" + name + "'");
        }
        return new Setting(name, meaning, null, null, false, value -> {});
    }

    /** Returns a copy with this value where nothing is set. */
    public Setting defaultsTo(String value) {
        return new Setting(name, meaning, value, value, secret, check);
    }

    /** Returns a copy whose value is never shown, and which is refused as an argument, where other users would see it. */
    public Setting secret() {
        return new Setting(name, meaning, fallback, shownDefault, true, check);
    }

    /**
     * Returns a copy with a check of its value at the start. The service does not start if the check throws an exception,
     * and the message of the exception is shown.
     */
    public Setting checked(Consumer<String> check) {
        return new Setting(name, meaning, fallback, shownDefault, secret, check);
    }

    /** Returns a copy with words in place of a default that is no value. */
    Setting showsDefault(String words) {
        return new Setting(name, meaning, fallback, words, secret, check);
    }

    /** Returns its name in the environment. */
    public String name() {
        return name;
    }

    /** Returns what {@code --help} says about it, without the default. */
    public String meaning() {
        return meaning;
    }

    Optional<String> fallback() {
        return Optional.ofNullable(fallback);
    }

    /** Returns what {@code --help} says about the default. Empty: nothing. */
    public Optional<String> shownDefault() {
        return Optional.ofNullable(shownDefault);
    }

    /** Returns whether its value is never shown. */
    public boolean isSecret() {
        return secret;
    }

    /** Throws what the author's check throws. */
    void check(String value) {
        check.accept(value);
    }

    /** Returns its name as an argument. */
    String option() {
        return "--" + hyphenated();
    }

    /** Returns its name in small letters, with hyphens. */
    String hyphenated() {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
        return name;
    }
}

package io.apikit.testkit.systems;

import java.util.Locale;

/** The addresses of Pele's users are the same in any case. */
final class PeleEmail {
    private PeleEmail() {}

    static String of(String email) {
        return email.toLowerCase(Locale.ROOT);
    }
}

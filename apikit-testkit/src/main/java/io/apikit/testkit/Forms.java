package io.apikit.testkit;

import io.javalin.http.Context;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The fields of the login forms, by whichever of their names the page had. */
final class Forms {
    private Forms() {}

    static String csrf(Context ctx) {
        return fields(ctx, Arrays.stream(LoginPage.values()).map(LoginPage::csrfField))
                .orElse("");
    }

    static Optional<String> user(Context ctx) {
        return fields(ctx, Arrays.stream(LoginPage.values()).map(LoginPage::userField));
    }

    static boolean honeypotFilled(Context ctx) {
        String value = ctx.formParam(LoginPages.HONEYPOT_FIELD);
        return value != null && !value.isEmpty();
    }

    private static Optional<String> fields(Context ctx, Stream<String> names) {
        return names.distinct().map(ctx::formParam).filter(Objects::nonNull).findFirst();
    }
}

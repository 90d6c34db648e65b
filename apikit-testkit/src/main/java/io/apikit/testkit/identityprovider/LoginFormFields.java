package io.apikit.testkit.identityprovider;

import io.javalin.http.Context;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the fields of a login form, whose names depend on the kind of page. */
final class LoginFormFields {
    private LoginFormFields() {}

    static String csrf(Context ctx) {
        return fields(ctx, Arrays.stream(LoginPageKind.values()).map(LoginPageKind::csrfField))
                .orElse("");
    }

    static Optional<String> user(Context ctx) {
        return fields(ctx, Arrays.stream(LoginPageKind.values()).map(LoginPageKind::userField));
    }

    static boolean honeypotFilled(Context ctx) {
        String value = ctx.formParam(LoginPageTemplates.HONEYPOT_FIELD);
        return value != null && !value.isEmpty();
    }

    private static Optional<String> fields(Context ctx, Stream<String> names) {
        return names.distinct().map(ctx::formParam).filter(Objects::nonNull).findFirst();
    }
}

package io.apikit.auth.simulation;

/** Everything secret in a simulation says so, and so it is found wherever it is printed. */
final class Secret {
    private static final String MARK = "s3cr3t";

    private Secret() {}

    static String password(ModelUser user, int number) {
        return "pw-" + MARK + '-' + user.name() + '-' + number;
    }

    static String token(long number) {
        return "tok-" + MARK + '-' + number;
    }

    static String cookie(long token, int number) {
        return cookies(token) + number;
    }

    /** How every cookie begins that rolled under this token. */
    static String cookies(long token) {
        return "roll-" + MARK + '-' + token + '.';
    }

    static boolean isIn(String text) {
        return text.contains(MARK);
    }
}

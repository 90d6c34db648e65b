package io.apikit.starter;

/** Reports a setting that cannot be used. The message is one line that names the setting and contains no secret. */
final class InvalidSettingException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    InvalidSettingException(String problem) {
        super(oneLine(problem));
    }

    static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }
}

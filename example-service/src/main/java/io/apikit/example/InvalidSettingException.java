package io.apikit.example;

/** Reports a setting that cannot be used. The message is one line that names the variable and contains no secret. */
final class InvalidSettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidSettingException(Variable variable, String problem) {
        this(variable + ": " + problem);
    }

    /** Takes a problem that names its variable already. */
    InvalidSettingException(String problem) {
        super(problem.replaceAll("\\p{Cntrl}+", " "));
    }
}

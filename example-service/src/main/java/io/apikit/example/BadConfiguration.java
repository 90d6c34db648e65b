package io.apikit.example;

/** A setting that cannot be used. Its message is one line that names the variable and never shows a secret. */
final class BadConfiguration extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadConfiguration(Variable variable, String problem) {
        this(variable + ": " + problem);
    }

    /** Of what names its variable itself. */
    BadConfiguration(String problem) {
        super(problem.replaceAll("\\p{Cntrl}+", " "));
    }
}

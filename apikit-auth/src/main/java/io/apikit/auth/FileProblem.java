package io.apikit.auth;

/** Why a file of credentials is of no use. Its message quotes nothing of the file. */
final class FileProblem extends Exception {
    private static final long serialVersionUID = 1L;

    private final String problem;

    FileProblem(String problem) {
        super(problem);
        this.problem = problem;
    }

    @Override
    public String getMessage() {
        return problem;
    }
}

package io.apikit.auth;

/** Why a netrc file is of no use. Its message quotes nothing of the file. */
final class NetrcProblem extends Exception {
    private static final long serialVersionUID = 1L;

    private final String problem;

    NetrcProblem(String problem) {
        super(problem);
        this.problem = problem;
    }

    @Override
    public String getMessage() {
        return problem;
    }
}

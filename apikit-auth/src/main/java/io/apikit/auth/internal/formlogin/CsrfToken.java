package io.apikit.auth.internal.formlogin;

import io.apikit.http.BackendResponse;
import io.apikit.internal.util.HttpSyntax;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A token against cross-site request forgery, and the header that it is sent in. Its {@code toString} shows the header alone.
 * Immutable.
 *
 * @param header the name of the header
 * @param value what can be sent in a header
 */
record CsrfToken(String header, String value) {
    /** RFC 9110, section 9.2.1. */
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    /** Laravel has a status of its own, 419. */
    private static final Set<Integer> REFUSALS = Set.of(400, 403, 419);

    /** Django's page has its text after 1,200 characters, the one with details after 2,000. */
    private static final int READ = 8 * 1024;

    /** The words of Django, Flask-WTF, Jenkins, JupyterHub and tornado, Spring, Rails, Laravel and Express. */
    private static final Pattern REFUSAL =
            Pattern.compile("csrf (verification |validation |check |protection )?(failed|failure|error|mismatch)"
                    + "|[cx]srf (session )?(tokens?|cookie)( value)? "
                    + "((is|are|was|has|do|does) )?(not |been )?(missing|expired|invalid|incorrect|mismatch|match|set|found)"
                    + "|(invalid|missing|bad|wrong|expired|incorrect) ([cx]srf|authenticity|anti-?forgery)[ -]token"
                    + "|'_xsrf' argument|no valid crumb|invalid ?authenticity ?token|page expired");

    /** By these words a refusal is known. A request that has one of them may be what the response quotes. */
    private static final Pattern TERM = Pattern.compile("csrf|xsrf|crumb|authenticity|forgery|page expired");

    CsrfToken {
        if (!CsrfSource.isHeader(header) || !HttpSyntax.isLatin1FieldValue(value)) {
            throw new IllegalArgumentException("a CSRF token that cannot be sent in a header");
        }
    }

    /** Returns whether requests of this method may change something, and so need a token. */
    static boolean isNeededBy(String method) {
        return !SAFE.contains(method);
    }

    /** Returns whether a response says that a token is missing or stale. The beginning of its text is read. */
    static boolean isRefusedBy(BackendResponse response) {
        return refusal(response).isPresent();
    }

    /** Returns the word by which a refusal of a token is known, in lower case; empty if it is none. */
    static Optional<String> refusal(BackendResponse response) {
        if (!REFUSALS.contains(response.status())) {
            return Optional.empty();
        }
        var text = response.text();
        var beginning = text.substring(0, Math.min(text.length(), READ))
                .replace("&#39;", "'")
                .replace("&#x27;", "'")
                .toLowerCase(Locale.ROOT);
        return REFUSAL.matcher(beginning)
                .results()
                .flatMap(words -> TERM.matcher(words.group()).results())
                .map(MatchResult::group)
                .findFirst();
    }

    @Override
    public String toString() {
        return "CsrfToken[" + header + "]";
    }
}

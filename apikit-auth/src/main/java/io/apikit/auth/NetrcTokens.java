package io.apikit.auth;

import java.util.Optional;

/**
 * The words of a netrc file: separated by white space, or in quotation marks with {@code \"}, {@code \\}, {@code \n},
 * {@code \r} and {@code \t}, as curl and Python read them. A comment starts with a {@code #} where a keyword may stand.
 */
final class NetrcTokens {
    private final String text;
    private int at;

    NetrcTokens(String text) {
        this.text = text;
        this.at = text.startsWith("\uFEFF") ? 1 : 0;
    }

    /** The next word that is no comment; empty at the end. */
    Optional<String> keyword() throws FileProblem {
        skipSpace();
        while (at < text.length() && text.charAt(at) == '#') {
            skipLine();
            skipSpace();
        }
        return at < text.length() ? Optional.of(word()) : Optional.empty();
    }

    /** The next word, whatever it starts with. */
    String value() throws FileProblem {
        skipSpace();
        if (at == text.length()) {
            throw new FileProblem("the file breaks off within an entry");
        }
        return word();
    }

    /** A macro has a name and goes on to the next empty line. */
    void skipMacro() throws FileProblem {
        value();
        skipLine();
        while (at < text.length() && !isLineEnd()) {
            skipLine();
        }
    }

    FileProblem notUnderstood() {
        var line = text.substring(0, at).lines().count();
        return new FileProblem("line " + line + " is not understood");
    }

    private String word() throws FileProblem {
        if (text.charAt(at) == '"') {
            return quoted();
        }
        int from = at;
        while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    private String quoted() throws FileProblem {
        var word = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char next = text.charAt(at);
            if (next == '"') {
                at++;
                return word.toString();
            }
            word.append(next == '\\' && ++at < text.length() ? escaped(text.charAt(at)) : next);
        }
        throw new FileProblem("a quotation mark is not closed");
    }

    private static char escaped(char letter) {
        return switch (letter) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> letter;
        };
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private void skipLine() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end + 1;
    }

    private boolean isLineEnd() {
        return text.charAt(at) == '\n' || text.startsWith("\r\n", at);
    }
}

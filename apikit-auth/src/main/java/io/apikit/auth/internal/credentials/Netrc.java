package io.apikit.auth.internal.credentials;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A parser of netrc files. Used once, by one thread. */
public final class Netrc {
    /**
     * One entry of the file.
     *
     * @param machine empty for the {@code default} entry
     * @param login empty if there is none
     * @param password empty if there is none
     */
    public record Entry(Optional<String> machine, String login, String password) {}

    private final NetrcTokens tokens;
    private final List<Entry> entries = new ArrayList<>();

    private Netrc(String text) {
        this.tokens = new NetrcTokens(text);
    }

    /**
     * Returns the first entry of a machine, in any case, else the {@code default} entry.
     *
     * @throws ReloadingFile.UnusableFile if there is no such entry, if it has no login or password, or if the file is
     *     malformed
     */
    public static Entry entry(String text, String machine) throws ReloadingFile.UnusableFile {
        var entries = new Netrc(text).entries();
        var found = entries.stream()
                .filter(entry ->
                        entry.machine().filter(machine::equalsIgnoreCase).isPresent())
                .findFirst()
                .or(() -> entries.stream()
                        .filter(entry -> entry.machine().isEmpty())
                        .findFirst())
                .orElseThrow(() -> new ReloadingFile.UnusableFile("there is no entry for machine " + machine));
        requireThere(found.login(), "login", machine);
        requireThere(found.password(), "password", machine);
        return found;
    }

    private static void requireThere(String value, String what, String machine) throws ReloadingFile.UnusableFile {
        if (value.isEmpty()) {
            throw new ReloadingFile.UnusableFile("the entry for machine " + machine + " has no " + what);
        }
    }

    private List<Entry> entries() throws ReloadingFile.UnusableFile {
        for (var word = tokens.keyword(); word.isPresent(); word = tokens.keyword()) {
            switch (word.get()) {
                case "machine" -> entries.add(new Entry(Optional.of(tokens.value()), "", ""));
                case "default" -> entries.add(new Entry(Optional.empty(), "", ""));
                case "macdef" -> tokens.skipMacro();
                default -> part(word.get());
            }
        }
        return entries;
    }

    private void part(String word) throws ReloadingFile.UnusableFile {
        if (entries.isEmpty()) {
            throw tokens.unexpectedWord();
        }
        var last = entries.size() - 1;
        var entry = entries.get(last);
        switch (word) {
            case "login", "user" -> entries.set(last, new Entry(entry.machine(), tokens.value(), entry.password()));
            case "password" -> entries.set(last, new Entry(entry.machine(), entry.login(), tokens.value()));
            case "account" -> tokens.value();
            default -> throw tokens.unexpectedWord();
        }
    }

    /**
     * The words of a netrc file, as curl and Python read them: separated by white space, or in quotation marks with
     * {@code \"}, {@code \\}, {@code \n}, {@code \r} and {@code \t}. A comment starts with a {@code #} in the place of
     * a keyword.
     */
    static final class NetrcTokens {
        private final String text;
        private int at;

        NetrcTokens(String text) {
            this.text = text;
            this.at = text.startsWith("\uFEFF") ? 1 : 0;
        }

        /** Returns the next word after any comments; empty at the end. */
        Optional<String> keyword() throws ReloadingFile.UnusableFile {
            skipSpace();
            while (at < text.length() && text.charAt(at) == '#') {
                skipLine();
                skipSpace();
            }
            return at < text.length() ? Optional.of(word()) : Optional.empty();
        }

        /** Returns the next word, which may start with a {@code #}. */
        String value() throws ReloadingFile.UnusableFile {
            skipSpace();
            if (at == text.length()) {
                throw new ReloadingFile.UnusableFile("the file breaks off within an entry");
            }
            return word();
        }

        /** Skips a macro: its name, and the lines up to the next empty one. */
        void skipMacro() throws ReloadingFile.UnusableFile {
            value();
            skipLine();
            while (at < text.length() && !isLineEnd()) {
                skipLine();
            }
        }

        ReloadingFile.UnusableFile unexpectedWord() {
            var line = text.substring(0, at).lines().count();
            return new ReloadingFile.UnusableFile("line " + line + " is not understood");
        }

        private String word() throws ReloadingFile.UnusableFile {
            if (text.charAt(at) == '"') {
                return quoted();
            }
            int from = at;
            while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return text.substring(from, at);
        }

        private String quoted() throws ReloadingFile.UnusableFile {
            var word = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char next = text.charAt(at);
                if (next == '"') {
                    at++;
                    return word.toString();
                }
                word.append(next == '\\' && ++at < text.length() ? escaped(text.charAt(at)) : next);
            }
            throw new ReloadingFile.UnusableFile("a quotation mark is not closed");
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
}

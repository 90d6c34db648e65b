package io.apikit.auth.internal.credentials;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The text of a netrc file. Used once, by one thread. */
public final class Netrc {
    /** What stands between the entry's name and the next one's; a part that is not there is empty. */
    public record Entry(Optional<String> machine, String login, String password) {}

    private final NetrcTokens tokens;
    private final List<Entry> entries = new ArrayList<>();

    private Netrc(String text) {
        this.tokens = new NetrcTokens(text);
    }

    /** The first entry of that machine, else the default one, whole. */
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
     * The words of a netrc file: separated by white space, or in quotation marks with {@code \"}, {@code \\}, {@code \n},
     * {@code \r} and {@code \t}, as curl and Python read them. A comment starts with a {@code #} where a keyword may stand.
     */
    static final class NetrcTokens {
        private final String text;
        private int at;

        NetrcTokens(String text) {
            this.text = text;
            this.at = text.startsWith("\uFEFF") ? 1 : 0;
        }

        /** The next word that is no comment; empty at the end. */
        Optional<String> keyword() throws ReloadingFile.UnusableFile {
            skipSpace();
            while (at < text.length() && text.charAt(at) == '#') {
                skipLine();
                skipSpace();
            }
            return at < text.length() ? Optional.of(word()) : Optional.empty();
        }

        /** The next word, whatever it starts with. */
        String value() throws ReloadingFile.UnusableFile {
            skipSpace();
            if (at == text.length()) {
                throw new ReloadingFile.UnusableFile("the file breaks off within an entry");
            }
            return word();
        }

        /** A macro has a name and goes on to the next empty line. */
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

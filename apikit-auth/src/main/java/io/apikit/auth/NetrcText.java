package io.apikit.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The text of a netrc file. Used once, by one thread. */
final class NetrcText {
    /** What stands between the entry's name and the next one's; a part that is not there is empty. */
    record Entry(Optional<String> machine, String login, String password) {}

    private final NetrcTokens tokens;
    private final List<Entry> entries = new ArrayList<>();

    private NetrcText(String text) {
        this.tokens = new NetrcTokens(text);
    }

    /** The first entry of that machine, else the default one, whole. */
    static Entry entry(String text, String machine) throws FileProblem {
        var entries = new NetrcText(text).entries();
        var found = entries.stream()
                .filter(entry ->
                        entry.machine().filter(machine::equalsIgnoreCase).isPresent())
                .findFirst()
                .or(() -> entries.stream()
                        .filter(entry -> entry.machine().isEmpty())
                        .findFirst())
                .orElseThrow(() -> new FileProblem("there is no entry for machine " + machine));
        requireThere(found.login(), "login", machine);
        requireThere(found.password(), "password", machine);
        return found;
    }

    private static void requireThere(String value, String what, String machine) throws FileProblem {
        if (value.isEmpty()) {
            throw new FileProblem("the entry for machine " + machine + " has no " + what);
        }
    }

    private List<Entry> entries() throws FileProblem {
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

    private void part(String word) throws FileProblem {
        if (entries.isEmpty()) {
            throw tokens.notUnderstood();
        }
        var last = entries.size() - 1;
        var entry = entries.get(last);
        switch (word) {
            case "login", "user" -> entries.set(last, new Entry(entry.machine(), tokens.value(), entry.password()));
            case "password" -> entries.set(last, new Entry(entry.machine(), entry.login(), tokens.value()));
            case "account" -> tokens.value();
            default -> throw tokens.notUnderstood();
        }
    }
}

package io.apikit.auth.internal.secrets;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds which of some words stand in a text, in upper or lower case (Aho and Corasick, 1975). A caller chooses the text, and
 * the words are secrets: each character costs one look-up in a table, however much of a word stands before it. So the time
 * does not say how a word begins. Used by one thread.
 */
final class TextSearch {
    /** The table has no more of a word. Who has guessed so many characters gets to know the rest by no clock either. */
    private static final int MOST_IN_TABLE = 16;

    private static final int ASCII = 128;
    private static final int NONE = -1;

    /** The column of each character in the table; 0 is that of all characters that no word has. */
    private final Map<Character, Integer> columns = new HashMap<>();

    private final int[] asciiColumns = new int[ASCII];
    private final int width;

    /** The next state by state and column. State 0 is that of no beginning. */
    private final int[] next;

    /** For each state, that of the longest other beginning that ends there. */
    private final int[] shorter;

    /** The states in the order of their depth. */
    private final int[] inOrder;

    private final Map<String, Integer> ends = new HashMap<>();
    private final Map<Integer, List<String>> longWords = new HashMap<>();
    private final boolean[] isLong;

    /** @param words none of them empty */
    TextSearch(Collection<String> words) {
        int most = 1;
        for (var word : words) {
            var beginning = beginning(word);
            most += beginning.length();
            beginning.chars().forEach(c -> columns.putIfAbsent(folded((char) c), columns.size() + 1));
        }
        width = columns.size() + 1;
        for (char c = 0; c < ASCII; c++) {
            asciiColumns[c] = columns.getOrDefault(folded(c), 0);
        }
        next = new int[most * width];
        Arrays.fill(next, NONE);
        int states = 1;
        for (var word : words) {
            states = add(word, states);
        }
        isLong = new boolean[states];
        longWords.keySet().forEach(end -> isLong[end] = true);
        shorter = new int[states];
        inOrder = new int[states];
        link();
    }

    private static String beginning(String word) {
        return word.substring(0, Math.min(word.length(), MOST_IN_TABLE));
    }

    private static char folded(char c) {
        return Character.toLowerCase(Character.toUpperCase(c));
    }

    private int column(char c) {
        return c < ASCII ? asciiColumns[c] : columns.getOrDefault(folded(c), 0);
    }

    /** Returns how many states there are after this word. */
    private int add(String word, int states) {
        int count = states;
        int state = 0;
        var beginning = beginning(word);
        for (int i = 0; i < beginning.length(); i++) {
            int cell = state * width + column(beginning.charAt(i));
            if (next[cell] == NONE) {
                next[cell] = count++;
            }
            state = next[cell];
        }
        ends.put(word, state);
        if (word.length() > MOST_IN_TABLE) {
            longWords.computeIfAbsent(state, any -> new ArrayList<>()).add(word);
        }
        return count;
    }

    /** Fills the table: where no word goes on, the longest shorter beginning does. */
    private void link() {
        int known = 1;
        for (int i = 0; i < known; i++) {
            int state = inOrder[i];
            for (int column = 0; column < width; column++) {
                int cell = state * width + column;
                int instead = state == 0 ? 0 : next[shorter[state] * width + column];
                if (next[cell] == NONE) {
                    next[cell] = instead;
                } else {
                    shorter[next[cell]] = instead;
                    inOrder[known++] = next[cell];
                }
            }
        }
    }

    /** Returns those of the words that stand in the text. */
    Set<String> standing(String text) {
        var standing = new HashSet<String>();
        var isSeen = new boolean[shorter.length];
        int state = 0;
        for (int i = 0; i < text.length(); i++) {
            state = next[state * width + column(text.charAt(i))];
            isSeen[state] = true;
            if (isLong[state]) {
                addLong(state, text, i + 1 - MOST_IN_TABLE, standing);
            }
        }
        for (int i = inOrder.length - 1; i > 0; i--) {
            isSeen[shorter[inOrder[i]]] |= isSeen[inOrder[i]];
        }
        ends.forEach((word, end) -> {
            if (word.length() <= MOST_IN_TABLE && isSeen[end]) {
                standing.add(word);
            }
        });
        return standing;
    }

    private void addLong(int state, String text, int start, Set<String> standing) {
        for (var word : longWords.getOrDefault(state, List.of())) {
            if (!standing.contains(word) && text.regionMatches(true, start, word, 0, word.length())) {
                standing.add(word);
            }
        }
    }
}

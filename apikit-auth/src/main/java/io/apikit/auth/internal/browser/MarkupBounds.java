package io.apikit.auth.internal.browser;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The bounds of a page's markup, checked in one pass before a parser reads the page. Used by one thread.
 *
 * <p>A parser's work for a long name, and for elements such as {@code <b>} with many attributes, grows with the square of
 * their number. It also opens up to 12 such elements again in each paragraph, so the number of tags is bounded.
 *
 * <p>Each {@code <} before a letter counts as the start of a tag, in a script or a comment too. All tags begun are followed
 * at once. Those in the same state stay together from there on, and the highest count is kept. So the counts do not depend
 * on where scripts and comments end, and are never too low.
 */
final class MarkupBounds {
    /** The limit of tags, end tags included. A list of 5,000 organisations to choose from has 10,000. */
    static final int MAX_TAGS = 25_000;

    /** The limit of the attributes of all elements. The words of a script count too, up to the next {@code >}. */
    static final int MAX_ATTRIBUTES = 100_000;

    /** The limit of a tag's name. What looks like one in a script may be long. */
    static final int MAX_NAME_LENGTH = 64 * 1024;

    /** The limit of the squares of the numbers of attributes, summed: 50 links with 100 attributes each. */
    static final int MAX_SQUARES = 500_000;

    /** The limit of attributes that a parser copies if each tag opens the formatting elements before it again. */
    static final int MAX_COPIES = 1_500_000;

    /** How many formatting elements a parser opens again. */
    private static final int OPENED_AGAIN = 12;

    /** What a script has between {@code <a} and {@code >} may be long, and is no list of attributes. */
    private static final int MAX_COUNTED = 256;

    /** The formatting elements (HTML Standard, section 13.2.4.2). */
    private static final Set<String> FORMATTING =
            Set.of("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u");

    private static final int LONGEST_FORMATTING = 6;

    /** The states of a tag (HTML Standard, sections 13.2.5.8 to 13.2.5.40). */
    private static final int NAME = 0;

    private static final int BEFORE_ATTRIBUTE = 1;
    private static final int ATTRIBUTE = 2;
    private static final int AFTER_ATTRIBUTE = 3;
    private static final int BEFORE_VALUE = 4;
    private static final int DOUBLE_QUOTED = 5;
    private static final int SINGLE_QUOTED = 6;
    private static final int UNQUOTED = 7;
    private static final int STATES = 8;
    private static final int END = STATES;

    /** The next state by state and kind of character: space, {@code /}, {@code >}, {@code =}, both quotes, any other. */
    private static final int[][] NEXT = {
        {BEFORE_ATTRIBUTE, BEFORE_ATTRIBUTE, END, NAME, NAME, NAME, NAME},
        {BEFORE_ATTRIBUTE, BEFORE_ATTRIBUTE, END, ATTRIBUTE, ATTRIBUTE, ATTRIBUTE, ATTRIBUTE},
        {AFTER_ATTRIBUTE, BEFORE_ATTRIBUTE, END, BEFORE_VALUE, ATTRIBUTE, ATTRIBUTE, ATTRIBUTE},
        {AFTER_ATTRIBUTE, BEFORE_ATTRIBUTE, END, BEFORE_VALUE, ATTRIBUTE, ATTRIBUTE, ATTRIBUTE},
        {BEFORE_VALUE, UNQUOTED, END, UNQUOTED, DOUBLE_QUOTED, SINGLE_QUOTED, UNQUOTED},
        {DOUBLE_QUOTED, DOUBLE_QUOTED, DOUBLE_QUOTED, DOUBLE_QUOTED, BEFORE_ATTRIBUTE, DOUBLE_QUOTED, DOUBLE_QUOTED},
        {SINGLE_QUOTED, SINGLE_QUOTED, SINGLE_QUOTED, SINGLE_QUOTED, SINGLE_QUOTED, BEFORE_ATTRIBUTE, SINGLE_QUOTED},
        {BEFORE_ATTRIBUTE, UNQUOTED, END, UNQUOTED, UNQUOTED, UNQUOTED, UNQUOTED},
    };

    private static final int SPACE = 0;
    private static final int SLASH = 1;

    /** No tag, or none of a formatting element. */
    private static final int NONE = -1;

    private final String text;

    /** A bit for each state that a tag is in. */
    private int open;

    /** The attributes of the formatting element in each state. */
    private int[] counts = new int[STATES];

    private int[] moved = new int[STATES];
    private int nameStart;
    private int nameLength;
    private int longestName;
    private int tags;
    private int attributes;
    private int squares;

    /** The most attributes that formatting elements so far have, in no order, and their sum. */
    private final int[] most = new int[OPENED_AGAIN];

    private int sumOfMost;
    private long copies;

    private MarkupBounds(String text) {
        this.text = text;
    }

    /** Returns what a page has too much of, for an error; empty if it is within the bounds. */
    static Optional<String> exceededBy(String text) {
        var bounds = new MarkupBounds(text);
        bounds.read();
        return bounds.exceeded();
    }

    private void read() {
        for (int at = 0; at < text.length(); at++) {
            if (open == 0) {
                at = text.indexOf('<', at);
                if (at < 0) {
                    return;
                }
                at += text.startsWith("/", at + 1) ? 1 : 0;
            } else {
                follow(at);
            }
            if (startsTag(at)) {
                start(at + 1);
            }
        }
    }

    private boolean startsTag(int at) {
        var c = text.charAt(at);
        return (c == '<' || (c == '/' && at > 0 && text.charAt(at - 1) == '<'))
                && at + 1 < text.length()
                && isLetter(text.charAt(at + 1));
    }

    private void start(int name) {
        tags++;
        copies += sumOfMost;
        nameStart = name;
        if (!isOpen(NAME)) {
            nameLength = 0;
            counts[NAME] = NONE;
            open |= 1 << NAME;
        }
    }

    private boolean isOpen(int state) {
        return (open & (1 << state)) != 0;
    }

    private void follow(int at) {
        var kind = kind(text.charAt(at));
        if (isOpen(NAME)) {
            longestName = Math.max(longestName, ++nameLength);
            counts[NAME] = kind <= SLASH && isFormatting(at) ? 0 : NONE;
        }
        Arrays.fill(moved, NONE);
        var states = open;
        open = 0;
        var begun = 0;
        for (; states != 0; states &= states - 1) {
            var state = Integer.numberOfTrailingZeros(states);
            begun |= move(state, NEXT[state][kind]);
        }
        attributes += begun;
        var last = counts;
        counts = moved;
        moved = last;
    }

    /** Returns 1 if an attribute begins, else 0. */
    private int move(int from, int to) {
        var count = counts[from];
        if (to == END) {
            addFormatting(Math.max(0, count));
            return 0;
        }
        var begins = to == ATTRIBUTE && (from == BEFORE_ATTRIBUTE || from == AFTER_ATTRIBUTE);
        open |= 1 << to;
        moved[to] = Math.max(moved[to], begins && count != NONE ? count + 1 : count);
        return begins ? 1 : 0;
    }

    private void addFormatting(int count) {
        var counted = Math.min(count, MAX_COUNTED);
        squares += counted * counted;
        int least = 0;
        for (int i = 1; i < OPENED_AGAIN; i++) {
            least = most[i] < most[least] ? i : least;
        }
        if (count > most[least]) {
            sumOfMost += count - most[least];
            most[least] = count;
        }
    }

    private boolean isFormatting(int end) {
        return end - nameStart <= LONGEST_FORMATTING
                && FORMATTING.contains(text.substring(nameStart, end).toLowerCase(Locale.ROOT));
    }

    private Optional<String> exceeded() {
        if (tags > MAX_TAGS) {
            return Optional.of("more than " + MAX_TAGS + " tags");
        }
        if (attributes > MAX_ATTRIBUTES) {
            return Optional.of("more than " + MAX_ATTRIBUTES + " attributes");
        }
        if (longestName > MAX_NAME_LENGTH) {
            return Optional.of("a tag with a name of more than " + MAX_NAME_LENGTH + " characters");
        }
        return squares > MAX_SQUARES || copies > MAX_COPIES
                ? Optional.of("too many elements such as <a> and <b> with many attributes")
                : Optional.empty();
    }

    private static int kind(char c) {
        return switch (c) {
            case ' ', '\n', '\t', '\r', '\f' -> SPACE;
            case '/' -> SLASH;
            case '>' -> 2;
            case '=' -> 3;
            case '"' -> 4;
            case '\'' -> 5;
            default -> 6;
        };
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}

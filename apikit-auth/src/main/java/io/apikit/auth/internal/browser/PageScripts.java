package io.apikit.auth.internal.browser;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the scripts of a page do as soon as it is loaded, as far as it can be read without running them: they submit a form,
 * or go to an address that they name. What stands in a function counts only if the function runs by itself. The work grows
 * with the length of the scripts. Immutable.
 */
final class PageScripts {
    /** A page that goes on by itself has one or two. */
    private static final int MOST_ACTIONS = 16;

    /** What is read in all, whether it runs or not. */
    private static final int MOST_READ = 256;

    private static final int MOST_CONTEXT = 240;
    private static final int MOST_BEFORE_NAME = 60;
    private static final int MOST_BLOCKS = 64;
    private static final int MOST_NAMES = 16;

    private static final Pattern ACTION =
            Pattern.compile("(?<submit>\\.\\s*+(?:submit\\s*+\\(\\s*+\\)|requestSubmit\\s*+\\("
                    + "|submit\\s*+\\.\\s*+(?:call|apply)\\s*+\\(|click\\s*+\\(\\s*+\\))|\\[\\s*+['\"]submit['\"]\\s*+\\]\\s*+\\()"
                    + "|(?<![\\w$])location(?:\\s*+\\.\\s*+href)?\\s*+=(?!=)\\s*+"
                    + "|(?<![\\w$])location\\s*+\\.\\s*+(?:replace|assign)\\s*+\\(\\s*+");

    /** What may stand before {@code location}: nothing, or the window itself. */
    private static final Pattern OF_WINDOW = Pattern.compile(
            "(^|[^\\w$.\\s]|\\n|\\b(else|return|void|do)\\s)\\s*((window|document|self|top|parent|this|globalThis)\\s*\\.\\s*)*$");

    private static final Pattern FUNCTION = Pattern.compile(
            "(?<before>.*?)(async\\s++)?"
                    + "(function\\b\\s*+\\*?+\\s*+(?<name>[\\w$]*+)\\s*+\\([^()]*+\\)|(\\([^()]*+\\)|[\\w$]++)\\s*+=>)\\s*+",
            Pattern.DOTALL);

    /** A method of an object has a name and no keyword. So have a loop and a condition, which are no functions. */
    private static final Pattern METHOD =
            Pattern.compile("(^|.*[\\s,;}])(?<name>[\\w$]+)\\s*\\([^()]*\\)\\s*", Pattern.DOTALL);

    private static final Set<String> KEYWORDS = Set.of("if", "for", "while", "switch", "catch", "with");

    /** What runs the function that follows. */
    private static final Pattern RUNS = Pattern.compile("(^|[;{}=,!+~\\-]|\\bvoid)\\s*\\(\\s*$|[!~+]\\s*$|\\bvoid\\s*$"
            + "|\\bon(load|pageshow)\\s*=\\s*$|\\baddEventListener\\s*\\(\\s*['\"](load|DOMContentLoaded|pageshow)['\"]\\s*,\\s*$"
            + "|\\bready\\s*\\(\\s*$|(\\$|\\bjQuery)\\s*\\(\\s*$|\\b(setTimeout|requestAnimationFrame|queueMicrotask)\\s*\\(\\s*$"
            + "|\\b(on|bind|one)\\s*\\(\\s*['\"](load|ready)['\"]\\s*,\\s*$|\\bload\\s*\\(\\s*$");

    /** What stands before the name of a function that is called, and before one that is given to what calls it. */
    private static final Pattern CALLS = Pattern.compile("(^|[;{})\\n>:]|\\belse\\s)\\s*(window\\.)?$");

    private static final Pattern GIVEN =
            Pattern.compile("(\\bon(load|pageshow)\\s*=|\\b(setTimeout|ready|jQuery)\\s*\\(|\\$\\("
                    + "|['\"](load|DOMContentLoaded|pageshow)['\"]\\s*,)\\s*(window\\.)?$");
    private static final Pattern CALL = Pattern.compile("\\s*\\(");

    private static final Pattern ASSIGNED = Pattern.compile("([\\w$]+)\\s*=\\s*$");
    private static final Pattern RUNS_TEXT = Pattern.compile("\\b(setTimeout|setInterval|eval)\\s*\\(\\s*$");

    private final List<String> scripts;
    private final List<Submission> submissions = new ArrayList<>();
    private final List<String> locations = new ArrayList<>();
    private final Map<String, Boolean> named = new HashMap<>();
    private int read;

    /** @param statement the text around the call, which names the form or one of its buttons */
    record Submission(String statement, boolean isClick) {}

    PageScripts(List<String> scripts) {
        this.scripts = scripts;
        scripts.forEach(script -> new Scan(script).run());
    }

    /** Returns the submissions, in the order of the scripts. */
    List<Submission> submissions() {
        return List.copyOf(submissions);
    }

    /** Returns the addresses that the scripts go to, each a literal; empty in place of one that is none. */
    List<String> locations() {
        return List.copyOf(locations);
    }

    /** Whether a function of this name is called, or is given to what runs it when the page is loaded. */
    private boolean isRun(String name) {
        return !name.isEmpty()
                && (named.containsKey(name) || named.size() < MOST_NAMES)
                && named.computeIfAbsent(name, this::isCalled);
    }

    private boolean isCalled(String name) {
        return scripts.stream().anyMatch(script -> isCalled(name, script));
    }

    private static boolean isCalled(String name, String script) {
        var at = script.indexOf(name);
        for (int seen = 0; at >= 0 && seen < MOST_READ; seen++) {
            var end = at + name.length();
            var before = script.substring(Math.max(0, at - MOST_BEFORE_NAME), at);
            var after = script.substring(end, Math.min(script.length(), end + MOST_BEFORE_NAME));
            if (GIVEN.matcher(before).find()
                    ? !isLetter(after)
                    : CALLS.matcher(before).find() && CALL.matcher(after).lookingAt()) {
                return true;
            }
            at = script.indexOf(name, end);
        }
        return false;
    }

    private static boolean isLetter(String text) {
        return !text.isEmpty() && Character.isJavaIdentifierPart(text.charAt(0));
    }

    /** One pass over one script. */
    private final class Scan {
        private final String text;
        private final Deque<Block> blocks = new ArrayDeque<>();
        private final Matcher next;
        private boolean hasNext;
        private int statement;

        private Scan(String text) {
            this.text = text;
            this.next = ACTION.matcher(text);
            this.hasNext = next.find();
        }

        private void run() {
            for (int at = 0; at < text.length() && hasNext; ) {
                at = step(at);
            }
        }

        /** Reads a comment, a string or a character, and returns where the next one is. */
        private int step(int at) {
            var c = text.charAt(at);
            if (text.startsWith("//", at) && !isBehindColon(at)) {
                return skipTo(end("\n", at + 2));
            }
            if (text.startsWith("/*", at)) {
                return skipTo(end("*/", at + 2));
            }
            if (hasNext && next.start() == at) {
                act();
            }
            switch (c) {
                case '{' -> open(at);
                case '}' -> close(at);
                case ';' -> statement = at + 1;
                case '"', '\'', '`' -> {
                    return string(at);
                }
                default -> {}
            }
            return at + 1;
        }

        /** {@code javascript://} would be a comment too, and an address without quotes is in none. */
        private boolean isBehindColon(int at) {
            return at > 0 && text.charAt(at - 1) == ':';
        }

        private int end(String sign, int from) {
            var end = text.indexOf(sign, from);
            return end < 0 ? text.length() : end + sign.length();
        }

        private int skipTo(int end) {
            while (hasNext && next.start() < end) {
                hasNext = next.find();
            }
            return end;
        }

        /** A string is code if it is handed to what runs it. */
        private int string(int start) {
            int end = start + 1;
            while (end < text.length() && text.charAt(end) != text.charAt(start)) {
                end += text.charAt(end) == '\\' ? 2 : 1;
            }
            end = Math.min(end, text.length());
            if (hasNext && next.start() < end && runsText(start)) {
                new Scan(text.substring(start + 1, end)).run();
            }
            return skipTo(Math.min(text.length(), end + 1));
        }

        /** Returns the part of the statement before a place. */
        private String before(int at) {
            return text.substring(Math.max(statement, Math.max(0, at - MOST_CONTEXT)), at);
        }

        private boolean runsText(int start) {
            return RUNS_TEXT.matcher(before(start)).find() && runs();
        }

        private void open(int at) {
            blocks.push(new Block(before(at)));
            statement = at + 1;
        }

        private void close(int at) {
            blocks.poll();
            statement = at + 1;
        }

        /** Whether the code runs that is read now. Only what has an action inside is looked at, each block once. */
        private boolean runs() {
            if (blocks.size() > MOST_BLOCKS) {
                return false;
            }
            for (var block : blocks) {
                if (block.runs == null) {
                    block.runs = runsBlock(block.header);
                }
                if (!block.runs) {
                    return false;
                }
            }
            return true;
        }

        private boolean runsBlock(String header) {
            var function = FUNCTION.matcher(header);
            if (function.matches()) {
                return runsFunction(function.group("before"), function.group("name"));
            }
            var method = METHOD.matcher(header);
            return !method.matches() || KEYWORDS.contains(method.group("name"));
        }

        private boolean runsFunction(String before, @Nullable String name) {
            if (RUNS.matcher(before).find()) {
                return true;
            }
            var assigned = ASSIGNED.matcher(before);
            return (name != null && isRun(name)) || (assigned.find() && isRun(assigned.group(1)));
        }

        private void act() {
            var before = before(next.start());
            var isFound = submissions.size() + locations.size() < MOST_ACTIONS && runs() && runsHere(before);
            if (isFound && next.group("submit") != null) {
                var rest = text.substring(next.start(), Math.min(text.length(), next.end() + MOST_CONTEXT));
                submissions.add(new Submission(before + rest.split("[;\\n}]", 2)[0], rest.contains("click")));
            } else if (isFound && OF_WINDOW.matcher(before).find()) {
                locations.add(literal(next.end()));
            }
            hasNext = ++read < MOST_READ && next.find();
        }

        /** A function without a block, {@code () => form.submit()}, is in the statement itself. */
        private boolean runsHere(String before) {
            int arrow = before.lastIndexOf("=>");
            return arrow < 0 || runsBlock(before.substring(0, arrow + 2));
        }

        /** Returns the value of a string that is the whole expression at this place; else an empty text. */
        private String literal(int start) {
            if (start >= text.length() || "'\"`".indexOf(text.charAt(start)) < 0) {
                return "";
            }
            int end = start + 1;
            while (end < text.length() && text.charAt(end) != text.charAt(start)) {
                end += text.charAt(end) == '\\' ? 2 : 1;
            }
            if (end >= text.length()) {
                return "";
            }
            var value = text.substring(start + 1, end);
            var rest = text.substring(end + 1, Math.min(text.length(), end + 1 + MOST_CONTEXT))
                    .strip();
            var isWhole = rest.isEmpty() || ";,)}".indexOf(rest.charAt(0)) >= 0 || text.startsWith("\n", end + 1);
            return isWhole && !value.contains("${") ? ScriptString.unescaped(value) : "";
        }
    }

    /** A part in braces, with what stands before it. */
    private static final class Block {
        private final String header;
        private @Nullable Boolean runs;

        private Block(String header) {
            this.header = header;
        }
    }

    /** The escapes of a string (ECMAScript, section 12.9.4). */
    private static final class ScriptString {
        private static final Pattern ESCAPE =
                Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|u\\{([0-9a-fA-F]{1,5})\\}|(\\R)|(.))");

        private static String unescaped(String value) {
            return ESCAPE.matcher(value).replaceAll(escape -> Matcher.quoteReplacement(of(escape)));
        }

        private static String of(MatchResult escape) {
            for (int group = 1; group <= 3; group++) {
                if (escape.group(group) != null) {
                    return Character.toString(Integer.parseInt(escape.group(group), 16));
                }
            }
            return escape.group(4) != null ? "" : String.valueOf(escape.group(5));
        }
    }
}

package io.apikit.testkit.identityprovider;

import java.util.Random;
import java.util.function.IntFunction;

/**
 * Pages that make a careless reader work longer than their length deserves: deep, misnested, with many elements that refer
 * to one another, or with one that has too much of something. Each can have any length.
 */
public enum HostilePage {
    /** Tables in one another, with cells. */
    NESTED_TABLES("<table><tr><td>"),
    /** Tables in one another, without cells: each is moved out of the one around it. */
    MISPLACED_TABLES("<table>"),
    /** Elements in one another. */
    NESTED_BLOCKS("<div>"),
    /** Elements in one another, each with a text. */
    NESTED_TEXTS("<div>x"),
    /** Lists in one another. */
    NESTED_LISTS("<ul><li>"),
    /** Definition lists without ends. */
    NESTED_DEFINITIONS("<dl><dd><dt>"),
    /** Groups of controls in one another. */
    NESTED_GROUPS("<fieldset><input>"),
    /** Objects in one another, each of which hides what is open outside. */
    NESTED_OBJECTS("<object><b>"),
    /** Forms in one another, by ends that are misplaced. */
    NESTED_FORMS("<form><div></form><input>"),
    /** Buttons in one another, each with a text. */
    NESTED_BUTTONS("<button>Go <marquee>"),
    /** Headings in one another, each with a text. */
    NESTED_HEADINGS("<h1>Log in <div>"),
    /** Selects and their options, open. */
    OPEN_SELECTS("<select name=s><option>a"),
    /** Templates in one another. */
    NESTED_TEMPLATES("<template><div>"),
    /** Elements of SVG and HTML in one another. */
    NESTED_DRAWINGS("<svg><foreignObject><p>"),
    /** Elements of MathML and HTML in one another. */
    NESTED_FORMULAS("<math><annotation-xml encoding='text/html'><div>"),
    /** Deep elements, then ends of elements that are not open. */
    UNKNOWN_ENDS("<div>".repeat(600), at -> "</x" + at + ">", ""),
    /** Deep elements, then items that look for a list. */
    HOMELESS_ITEMS("<div>".repeat(600), at -> "<li></p>", ""),
    /** Formatting elements that are opened again in the deepest element that a parser allows. */
    DEEP_FORMATTING("<p><b><s>" + "<div>".repeat(127), at -> "<u>", ""),
    /** Formatting elements that are never closed. */
    OPEN_FORMATTING("", at -> "<b id=b" + at + "><i>", ""),
    /** Formatting elements that are opened again in each paragraph. */
    REPEATED_FORMATTING("<p><b><i><u><s><em><tt><big><code><font><small><strike><strong></p>", at -> "<p>x", ""),
    /** Formatting elements with attributes that are opened again in each paragraph. */
    REPEATED_ATTRIBUTES(
            "<p><b @><i @><u @><s @><em @><tt @><big @><code @></p>".replace("@", attributes(12)), at -> "<p>x", ""),
    /** One formatting element with very many attributes that is opened again in each paragraph. */
    REPEATED_CROWD("<p><b " + attributes(400) + "></p>", at -> "<p>x", ""),
    /** Formatting elements that are compared with the twelve before, attribute by attribute. */
    COMPARED_ATTRIBUTES("", at -> "<b " + attributes(200) + " at=" + at + ">", ""),
    /** The same with few attributes, within the limits of a tag. */
    COMPARED_LINKS("", at -> "<a " + attributes(9) + " at=" + at + "></a>", ""),
    /** Formatting elements closed in the wrong order. */
    MISNESTED_FORMATTING("<a><b><nobr><p></a></b>"),
    /** Formatting elements in a table, which are moved out of it. */
    MISPLACED_FORMATTING("<table>", at -> "<b>x<tr>", ""),
    /** Texts and links in a table, which are moved out of it. */
    MISPLACED_TEXTS("<table>", at -> "a<a>b", ""),
    /** Controls in a table, which are moved out of it. */
    MISPLACED_CONTROLS("<form id=f><table><tr>", at -> "<input name=i" + at + ">", ""),
    /** One element with very many attributes. */
    MANY_ATTRIBUTES("<input ", at -> "a" + at + "=b ", ">"),
    /** One element that has one attribute very often. */
    ONE_ATTRIBUTE("<p ", at -> "<a ", ">"),
    /** More and more attributes for the body. */
    BODIES_ATTRIBUTES("<body>", at -> "<body a" + at + "=1 b" + at + "=1>", ""),
    /** A tag with a very long name. */
    LONG_NAME("<", at -> "aaaaaaaa", ">"),
    /** An end tag with a very long name. */
    LONG_END("</", at -> "AAAAAAAA", ">"),
    /** Very many kinds of elements. */
    MANY_NAMES("", at -> "<t" + at + ">", ""),
    /** A very long style, around controls. */
    LONG_STYLE("<form id=f><div style='", at -> "left:0;opacity:1;", "'><input name=a><input name=b></div></form>"),
    /** Very many classes, around controls. */
    MANY_CLASSES("<form id=f><div class='", at -> "c" + at + " ", "'><input name=a><input name=b></div></form>"),
    /** Forms, and controls elsewhere that name one of them. */
    NAMED_FORMS("", at -> "<form id=f" + at + " method=post></form><input form=f" + at / 2 + ">", ""),
    /** Forms, and elements of all kinds that name one of them. */
    NAMING_ELEMENTS("", at -> at % 12 == 0 ? "<form id=f" + at + "></form>" : "<p form=f" + at % 36 + ">", ""),
    /** Forms like those of a callback, below a long base. */
    LONG_BASE(
            "<base href='/" + "a/".repeat(1_500) + "'>",
            at -> "<form method=post action=x" + at
                    + "><input type=hidden name=state><input type=hidden name=code></form>",
            ""),
    /** A form with many buttons, each with a text. */
    MANY_BUTTONS("<form id=f>", at -> "<button name=b" + at + " value=v>Continue " + at + "</button>", "</form>"),
    /** Many buttons in a form whose hidden field has a long value. */
    LONG_PURPOSE(
            "<form id=f><input type=hidden name=approval value='" + "x ".repeat(1_000) + "'>",
            at -> "<button name=b" + at + ">Go</button>",
            "</form>"),
    /** Forms with one button each, below a long headline. */
    LONG_HEADLINE("<h1>" + "verif ".repeat(300) + "</h1>", at -> "<form id=f" + at + "><button>Go</button></form>", ""),
    /** One form with many controls of all kinds. */
    MANY_CONTROLS("<form id=f><object>", at -> "<input name=i" + at + "><output></output>", "</form>"),
    /** Labels for one control. */
    MANY_LABELS("<form id=f><input id=x>", at -> "<label for=x>", "</form>"),
    /** Options in one select. */
    MANY_OPTIONS("<form id=f><select name=s>", at -> "<option selected>o" + at, "</select></form>"),
    /** Text areas, each with a text. */
    MANY_TEXTAREAS("<form id=f>", at -> "<textarea name=t" + at + ">x</textarea>", "</form>"),
    /** Bases, one after another. */
    MANY_BASES("<base href=x>"),
    /** Titles, one after another. */
    MANY_TITLES("<title>x</title>"),
    /** Empty comments. */
    MANY_COMMENTS("<!---->"),
    /** A comment that does not end. */
    OPEN_COMMENT("<!--", at -> "--!-<!--", ""),
    /** Comments that are no comments. */
    ODD_COMMENTS("<!x><?y></ z>"),
    /** Document types, one after another. */
    MANY_DOCTYPES("<!doctype html>"),
    /** Character references. */
    MANY_REFERENCES("&amp;&#x41;&notit;&"),
    /** A long reference that is none. */
    LONG_REFERENCE("&", at -> "CounterClockwise", ";"),
    /** References in an attribute. */
    ATTRIBUTES_REFERENCES("<a href=\"", at -> "&copy=&lt&", "\">"),
    /** A script that does not end. */
    OPEN_SCRIPT("<script>", at -> "<!--<script></scrip", ""),
    /** Scripts that submit a form, each in a function of its own. */
    MANY_FUNCTIONS("<form id=f></form><script>", at -> "function f" + at + "(){f.submit()}", "</script>"),
    /** A script of blocks in one another. */
    NESTED_FUNCTIONS("<form id=f></form><script>", at -> "(function(){if(a=>{f.submit()", "</script>"),
    /** Scripts that name addresses, none of them whole. */
    MANY_LOCATIONS("<script>", at -> "location=location.href='", "</script>"),
    /** Scripts, one after another. */
    MANY_SCRIPTS("<form id=f><input name=a type=hidden></form>", at -> "<script>f.submit()</script>", ""),
    /** Refreshes that are none. */
    MANY_REFRESHES("", at -> "<meta http-equiv=refresh content='" + at + "x'>", ""),
    /** A refresh with a long number. */
    LONG_REFRESH("<meta http-equiv=refresh content='", at -> "0000000", ";url=/a'>"),
    /** Links that look like ways to log in. */
    MANY_WAYS("", at -> "<a href=/auth/" + at + "/login>Log in with " + at + "</a>", ""),
    /** Options in selects that look like ways to log in. */
    MANY_CONNECTORS("<form id=f><select name=idp>", at -> "<option value=" + at + ">way " + at, "</select></form>"),
    /** Words of a page that asks for consent, almost. */
    MANY_WORDS("<p>", at -> "would likes i  agre authoriz permissio ", "</p>"),
    /** A style that does not end. */
    OPEN_STYLE("<style>", at -> "</styl", ""),
    /** A title that does not end. */
    OPEN_TITLE("<title>", at -> "</titl <", ""),
    /** A text area that does not end. */
    OPEN_TEXTAREA("<textarea>", at -> "</textare &a;", ""),
    /** CDATA sections that do not end. */
    OPEN_SECTIONS("<svg>", at -> "<![CDATA[]]", ""),
    /** Starts of tags that never end. */
    OPEN_TAGS("<a b=\"", at -> "<b c='", ""),
    /** Quotes and equals signs in a tag. */
    QUOTES("<a ", at -> "\"'=", ">"),
    /** Null characters, which are replaced. */
    NULLS("<p>", at -> "\0a", ""),
    /** Frame sets in one another. */
    NESTED_FRAMES("<frameset>"),
    /** Ends of the body, with more behind each. */
    BODY_ENDS("</body><p>"),
    /** A table of ordinary rows that mention a password. */
    ORDINARY_TABLE("<table>", at -> "<tr><td>" + at + "</td><td>the password was changed</td></tr>", "</table>");

    private static final String LOGIN =
            "<form method=post action=/do><input name=username><input type=password name=p>";

    private final String before;

    @SuppressWarnings("ImmutableEnumChecker") // The functions of this enum keep no state.
    private final IntFunction<String> piece;

    private final String after;

    HostilePage(String piece) {
        this("", at -> piece, "");
    }

    HostilePage(String before, IntFunction<String> piece, String after) {
        this.before = before;
        this.piece = piece;
        this.after = after;
    }

    private static String attributes(int count) {
        var attributes = new StringBuilder();
        for (int i = 0; i < count; i++) {
            attributes.append('a').append(i).append(' ');
        }
        return attributes.toString();
    }

    /** Returns the page with at most so many characters, as many as fit. */
    public String html(int characters) {
        return html(characters, 0);
    }

    /**
     * Returns the page with at most so many characters. Each piece has a text behind it, so that it has at least so many
     * characters: a page with fewer tags stays within limits of their number.
     */
    public String html(int characters, int charactersOfAPiece) {
        var html = new StringBuilder(before);
        for (int at = 0; html.length() < characters - after.length(); at++) {
            var next = piece.apply(at);
            html.append(next).append(" ".repeat(Math.max(0, charactersOfAPiece - next.length())));
        }
        html.setLength(Math.max(0, Math.min(html.length(), characters - after.length())));
        return html.append(after).substring(0, Math.min(html.length(), characters));
    }

    /** Returns the page behind a form that asks for a user name and a password, with at most so many characters. */
    public String htmlWithLogin(int characters) {
        var login = LOGIN + "</form>";
        return login + html(Math.max(0, characters - login.length()));
    }

    /**
     * Returns a mixture of these pages, of at most so many characters: slices of some of them, in one another, with parts of
     * a login form between. Equal seeds give equal pages.
     */
    public static String random(Random random, int characters) {
        var html = new StringBuilder();
        while (html.length() < characters) {
            if (random.nextInt(4) == 0) {
                html.append(LOGIN, 0, random.nextInt(LOGIN.length() + 1));
            }
            var page = values()[random.nextInt(values().length)];
            var length = 1 + random.nextInt(1 + Math.min(characters, 1 << random.nextInt(20)));
            html.append(page.html(length, random.nextInt(30)));
            if (random.nextBoolean()) {
                html.append("</form></table></div>\"'>");
            }
        }
        html.setLength(characters);
        return html.toString();
    }
}

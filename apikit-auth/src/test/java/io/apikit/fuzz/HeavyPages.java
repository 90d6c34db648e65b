package io.apikit.fuzz;

/** Pages of half a megabyte that are expensive for a careless reader. */
final class HeavyPages {
    private static final int LENGTH = 500_000;

    private HeavyPages() {}

    static String page(Dice dice) {
        return switch (dice.below(9)) {
            case 0 -> "<form id=f></form>" + "<form></form>".repeat(1_900) + filled("<input form=f>");
            case 1 -> filled("<table>");
            case 2 -> "<div>".repeat(50_000);
            case 3 -> "<table>" + filled("<tr><td>password<td>x");
            case 4 -> "<form id=f></form>" + filled("<input form=f type=password name=p>");
            case 5 -> filled("<b><i><a>") + "</b>".repeat(2_000);
            case 6 -> "<input type=password " + filled("a=1 ") + ">";
            case 7 -> "<select name=a>" + filled("<optgroup><option value=b>") + "</select>";
            default -> "<form method=post>" + filled("<form><p><input name=a><select><option>");
        };
    }

    private static String filled(String piece) {
        return piece.repeat(LENGTH / piece.length());
    }
}

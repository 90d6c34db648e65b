"""Draws the charts as SVG without colours of its own: the page's style sheet has them, for a light and a dark screen."""

import io
import re

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402

# Stand-ins, replaced by the page's custom properties in the finished SVG.
COLOURS = {
    "#000001": "var(--text)",
    "#000002": "var(--muted)",
    "#000003": "var(--grid)",
    "#000004": "var(--ours)",
    "#000005": "var(--by-hand)",
    "#000006": "var(--others)",
    "#000007": "var(--page)",
}
TEXT, MUTED, GRID, OURS, BY_HAND, OTHERS, PAGE = COLOURS

STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "apikit",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": TEXT,
    "axes.edgecolor": GRID,
    "axes.labelcolor": MUTED,
    "axes.titlecolor": TEXT,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "xtick.color": MUTED,
    "ytick.color": TEXT,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
}
pyplot.rcParams.update(STYLE)

WIDTH = 11.2
BAR_HEIGHT = 0.34

# A number stands on the page's colour, so that no line crosses it.
LABEL = {"facecolor": PAGE, "edgecolor": "none", "pad": 0.8}


def number(value):
    """Returns three significant digits, or all of a greater number."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def colour(name):
    return {"apikit": OURS, "by-hand-apache": BY_HAND}.get(name, OTHERS)


def bars(panels):
    """Draws panels side by side, each with a horizontal bar for each candidate.

    A panel is (title, unit, [(candidate, spread)]). Bars begin at zero. A thin line shows the least and the most, a dashed
    one the median of what is written by hand.
    """
    candidates = {one.label: one for _, _, entries in panels for one, _ in entries}
    height = 0.75 + BAR_HEIGHT * len(candidates)
    figure, axes = pyplot.subplots(1, len(panels), figsize=(WIDTH, height), sharey=True, squeeze=False)
    for axis, (title, unit, entries) in zip(axes[0], panels):
        panel(axis, title, unit, {one.label: spread for one, spread in entries}, list(candidates.values()))
    return svg(figure)


def panel(axis, title, unit, spreads, candidates):
    greatest = max(spread.most for spread in spreads.values())
    reference = spreads.get("by-hand-apache")
    for place, one in enumerate(candidates):
        spread = spreads.get(one.label)
        if spread is None:
            axis.text(greatest * 0.02, place, "not measured", va="center", color=MUTED, fontsize=9)
            continue
        axis.barh(place, spread.median, height=0.62, color=colour(one.name), alpha=0.6 if one.cache else 1)
        axis.hlines(place, spread.least, spread.most, color=TEXT, linewidth=1.2)
        axis.vlines((spread.least, spread.most), place - 0.16, place + 0.16, color=TEXT, linewidth=1.2)
        axis.text(spread.most + greatest * 0.025, place, number(spread.median), va="center", fontsize=9.5, bbox=LABEL)
    if reference:
        axis.axvline(reference.median, color=BY_HAND, linewidth=1, linestyle=(0, (3, 3)), zorder=0)
    axis.set_yticks(range(len(candidates)), [one.title for one in candidates])
    axis.set_ylim(len(candidates) - 0.4, -0.6)
    axis.set_xlim(0, greatest * 1.25)
    axis.set_title(f"{title}, {unit}" if unit else title)
    axis.tick_params(length=0)
    axis.xaxis.grid(True)
    axis.set_axisbelow(True)
    axis.locator_params(axis="x", nbins=5)
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:,.6g}")


def pairs(entries):
    """Draws the ratio of each pair as a point, and their median as a line. An entry is (candidate, spread, bar)."""
    figure, axis = pyplot.subplots(figsize=(WIDTH, 0.95 + BAR_HEIGHT * len(entries)))
    greatest = max(max(spread.most, bar or 0) for _, spread, bar in entries)
    for place, (one, spread, bar) in enumerate(entries):
        points = spread.samples or (spread.median,)
        axis.scatter(points, [place] * len(points), s=26, color=colour(one.name), alpha=0.65, linewidths=0)
        axis.vlines(spread.median, place - 0.3, place + 0.3, color=TEXT, linewidth=2)
        axis.text(spread.most + greatest * 0.02, place, f"{spread.median:.2f}", va="center", fontsize=9.5, bbox=LABEL)
        if bar is not None:
            axis.vlines(bar, place - 0.42, place + 0.42, color=OURS, linewidth=1.4, linestyle=(0, (2, 2)))
    axis.axvline(1, color=BY_HAND, linewidth=1, linestyle=(0, (3, 3)), zorder=0)
    axis.set_yticks(range(len(entries)), [one.title for one, _, _ in entries])
    axis.set_ylim(len(entries) - 0.4, -0.6)
    axis.set_xlim(0, greatest * 1.12)
    axis.set_title("CPU over by-hand-apache, each pair (1 = the same; dashed in apikit's colour: its bar)")
    axis.tick_params(length=0)
    axis.xaxis.grid(True)
    axis.set_axisbelow(True)
    return svg(figure)


def growth(panels):
    """Draws how figures grow. A panel is (title, unit, [(candidate, [(size, spread)])]). The upright axis begins at zero."""
    figure, axes = pyplot.subplots(1, len(panels), figsize=(WIDTH, 3.1), squeeze=False)
    for axis, (title, unit, lines) in zip(axes[0], panels):
        others = iter(((0, (4, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2))))
        drawn = set()
        for one, points in lines:
            sizes, spreads = [size for size, _ in points], [spread for _, spread in points]
            medians = [spread.median for spread in spreads]
            reach = [[spread.median - spread.least for spread in spreads], [spread.most - spread.median for spread in spreads]]
            style = "-" if one.name not in drawn else next(others, ":")
            drawn.add(one.name)
            axis.errorbar(sizes, medians, yerr=reach, label=one.title, color=colour(one.name), linestyle=style, marker="o",
                          markersize=5, capsize=4, linewidth=1.8)
        axis.set_xscale("log")
        ticks = sorted({size for _, points in lines for size, _ in points})
        axis.set_xticks(ticks, [f"{size:,}" for size in ticks])
        axis.minorticks_off()
        greatest = max(spread.most for _, points in lines for _, spread in points)
        axis.set_ylim(0, greatest * 1.08)
        axis.set_title(f"{title}, {unit}" if unit else title)
        axis.tick_params(length=0)
        axis.tick_params(axis="y", colors=MUTED)
        axis.yaxis.grid(True)
        axis.set_axisbelow(True)
        axis.legend(frameon=False, loc="lower right", fontsize=9)
    return svg(figure)


def svg(figure):
    """Returns the chart as an element of a page. Its text stays text."""
    figure.tight_layout(pad=0.4, w_pad=1.6)
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    pyplot.close(figure)
    text = out.getvalue()
    text = text[text.index("<svg"):]
    for stand_in, value in COLOURS.items():
        text = text.replace(stand_in, value)
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
    # Names that nothing refers to would be there once for each chart.
    text = re.sub(r' id="(?:figure|axes|patch|text|line2d|matplotlib\.axis|xtick|ytick|legend|LineCollection|PathCollection)[^"]*"',
                  "", text)
    # A picture is as wide as the page, and readers of a screen have the table below it.
    return re.sub(r'<svg [^>]*?(viewBox="[^"]*")[^>]*>',
                  r'<svg \1 width="100%" aria-hidden="true" xmlns="http://www.w3.org/2000/svg" '
                  r'xmlns:xlink="http://www.w3.org/1999/xlink">', text, count=1)

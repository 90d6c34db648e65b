"""The bars that the figures must reach, and whether they do. Nothing here draws, so that it is tested without a library."""

from dataclasses import dataclass
from typing import Callable

from results import Spread

OURS = "apikit"
BY_HAND = "by-hand-apache"
NONE = "no figures"


@dataclass(frozen=True)
class Bar:
    """A figure that must be at most so much.

    most is None for a figure that stands beside another one and has no bar.
    """

    name: str
    scenario: str
    most: float | None
    aim: float | None
    unit: str
    measure: Callable


@dataclass(frozen=True)
class Judged:
    """A bar beside what was measured."""

    bar: Bar
    measured: Spread | None
    how: str

    @property
    def verdict(self):
        if self.measured is None:
            return NONE
        if self.bar.most is None:
            return "no bar"
        if self.measured.median > self.bar.most:
            return "not met"
        return "met, and the aim" if self.measured.median <= self.bar.aim else "met"

    @property
    def remark(self):
        """Says if single measurements would be judged otherwise than their median."""
        if self.measured is None or self.bar.most is None:
            return ""
        if self.verdict == "not met":
            return "some pairs meet it" if self.measured.least <= self.bar.most else ""
        return "some pairs do not" if self.measured.most > self.bar.most else ""


def ratio(figure, other, cache=False, others_cache=False):
    """Returns how a figure compares with that of another candidate: the ratios of the pairs, where they were measured."""

    def measure(run):
        ours, theirs = run.labels(OURS, cache), run.labels(other, others_cache)
        if not ours or not theirs:
            return None, ""
        row = run.find(figure, ours[0], over=theirs[0])
        if row is not None and row.ratio is not None:
            return row.ratio, f"{count(row.ratio.samples, 'pair')}"
        return indirect(run, figure, ours[0], theirs[0])

    return measure


def indirect(run, figure, ours, theirs):
    """Two candidates that are no pair: each was measured in pairs with the same third one, or only beside the other."""
    ours, theirs = run.find(figure, ours), run.find(figure, theirs)
    if ours is None or theirs is None or ours.spread is None or theirs.spread is None or not theirs.spread.median:
        return None, ""
    if ours.ratio is not None and theirs.ratio is not None and ours.over == theirs.over:
        return divided(ours.ratio, theirs.ratio), f"both over {ours.over}, and one over the other"
    return divided(ours.spread, theirs.spread), "medians of one run, no pairs"


def divided(one, other):
    return Spread(one.median / other.median, one.least / other.most, one.most / other.least)


def absolute(figure):
    def measure(run):
        ours = run.labels(OURS)
        row = run.find(figure, ours[0]) if ours else None
        return (None, "") if row is None or row.spread is None else (row.spread, count(row.spread.samples, "measurement"))

    return measure


def sessions(run):
    """Returns the growth up to the most callers, over that of by hand: measured in turns, one beside the other."""
    row, how = grown(run, "callers")
    return (None, "") if row is None or row.ratio is None else (row.ratio, how)


def routes(run):
    row, how = grown(run, "routes")
    return (None, "") if row is None else (row.spread, how)


def grown(run, of):
    """Returns the row of apikit's growth up to the greatest size, and the growth of both in words."""
    ours, sizes = run.labels(OURS), run.sizes(of)
    row = run.find("growth of CPU", ours[0], of=of, size=sizes[-1]) if ours and sizes else None
    if row is None or row.spread is None:
        return None, ""
    theirs = run.find("growth of CPU", BY_HAND, of=of, size=sizes[-1])
    how = f"{sizes[0]:,} to {sizes[-1]:,}: apikit {row.spread.median:.2f}"
    return row, how + (f", by hand {theirs.spread.median:.2f}" if theirs and theirs.spread else "")


def renewal(run):
    """Returns in how many seconds all were done. A second login, or a caller that was not served, never meets the bar."""
    ours = run.labels(OURS)
    rows = [run.find(figure, ours[0]) for figure in ("until the last", "logins", "asked", "served")] if ours else [None]
    if any(row is None or row.spread is None for row in rows):
        return None, ""
    seconds, logins, asked, served = (row.spread for row in rows)
    if logins.most > 1 or served.least < asked.most:
        never = float("inf")
        return Spread(never, never, never), f"{logins.most:.0f} logins, {served.least:,.0f} of {asked.most:,.0f} served"
    return seconds, f"{served.least:,.0f} served, 1 login, {count(seconds.samples, 'run')}"


def count(samples, noun):
    return f"{len(samples)} {noun}{'' if len(samples) == 1 else 's'}" if samples else ""


BARS = (
    Bar("CPU per wrapped request, warm, over by hand", "wrapped", 0.90, 0.75, "x", ratio("CPU", BY_HAND)),
    Bar("the same over Vert.x", "wrapped", 1.8, 1.3, "x", ratio("CPU", "vertx")),
    Bar("CPU to the 10,000th answer, AOT cache, over by hand without", "cold", 0.50, 0.35, "x",
        ratio("cpu to the 10,000th answer", BY_HAND, cache=True)),
    Bar("beside it: over by hand with a cache", "cold", None, None, "x",
        ratio("cpu to the 10,000th answer", BY_HAND, cache=True, others_cache=True)),
    Bar("the same without a cache, over by hand without", "cold", 0.90, 0.70, "x",
        ratio("cpu to the 10,000th answer", BY_HAND)),
    Bar("time to the first answer, AOT cache, over plain Javalin without", "cold", 0.50, 0.35, "x",
        ratio("wall time to the 1st answer", BY_HAND, cache=True)),
    Bar("growth from 1 to 10,000 sessions, over by hand's own", "growth", 1.10, 1.05, "x", sessions),
    Bar("growth from 1 to 512 routes", "growth", 1.10, 1.05, "x", routes),
    Bar("p99 at half of the greatest load, over by hand", "tail", 1.0, 0.8, "x", ratio("p99", BY_HAND)),
    Bar("idle RSS over plain Javalin's", "idle", 1.15, 1.0, "x", ratio("RSS after the rest", BY_HAND)),
    Bar("one renewal with 8,000 waiting: 1 login, all done within", "expired", 3.5, 2.5, "s", renewal),
    Bar("CPU of / over plain Javalin", "health", 1.0, 0.85, "x", ratio("CPU", BY_HAND)),
    Bar("CPU of /metadata over plain Javalin", "metadata", 1.0, 0.85, "x", ratio("CPU", BY_HAND)),
    Bar("bytes allocated per wrapped request", "wrapped", 20_000, 15_000, "B", absolute("allocated")),
)


def judge(runs):
    """Returns each bar with what the newest run of its scenario says of it."""
    judged = []
    for bar in BARS:
        run = runs.get(bar.scenario)
        measured, how = bar.measure(run) if run else (None, "")
        judged.append(Judged(bar, measured, how))
    return judged

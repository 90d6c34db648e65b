"""Makes one page of the last run of each scenario.

    picture.py FOLDER PAGE      FOLDER has the results of the load bench, PAGE is the HTML file to write
"""

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

import jinja2

import bars
import charts
from results import newest


@dataclass(frozen=True)
class Line:
    """A row of the table below a chart."""

    label: str
    figure: str
    spread: object


@dataclass(frozen=True)
class Chart:
    title: str
    svg: str
    table: list


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    about: str
    charts: list
    missing: list
    runs: list


@dataclass(frozen=True)
class Started:
    """How a candidate was started, and in which scenarios it was."""

    label: str
    flags: str
    environment: str
    versions: str
    scenarios: str


def place(candidate):
    """Ours and what is written by hand come first, the others in their order."""
    return {bars.OURS: 0, bars.BY_HAND: 1}.get(candidate.name, 2)


def bar_chart(title, panels):
    """Returns a chart of a panel for each (heading, run, figure), or None if no run has one of the figures."""
    drawn, table = [], []
    for heading, run, figure in panels:
        entries, unit = [], ""
        for candidate in sorted(run.candidates, key=place) if run else []:
            row = run.find(figure, candidate.label)
            if row is not None and row.spread is not None:
                unit = row.unit
                entries.append((candidate, row.spread))
                table.append(Line(candidate.label, f"{heading}, {unit}", row.spread))
        if entries:
            drawn.append((heading, unit, entries))
    return Chart(title, charts.bars(drawn), table) if drawn else None


def table(title, run):
    """Returns all figures of a run without a drawing, or None."""
    lines = [Line(row.candidate, f"{row.figure}, {row.unit}".removesuffix(", "), row.spread) for row in run.rows if row.spread] \
        if run else []
    return Chart(title, "", lines) if lines else None


def pair_chart(title, run):
    rows = [(one, run.find("CPU", one.label, over=bars.BY_HAND)) for one in sorted(run.candidates, key=place)] if run else []
    rows = [(one, row) for one, row in rows if row is not None and row.ratio is not None]
    if not rows:
        return None
    ours = run.labels(bars.OURS)
    bar = next(one.most for one in bars.BARS if one.scenario == "wrapped" and one.unit == "x")
    entries = [(one, row.ratio, bar if one.label in ours[:1] else None) for one, row in rows]
    return Chart(title, charts.pairs(entries), [Line(one.label, "ratio", row.ratio) for one, row in rows])


def growth_chart(title, run, panels):
    """Returns a chart of a panel for each (heading, of): what there are more and more of."""
    drawn, table = [], []
    for heading, of in panels if run else []:
        lines, unit = [], ""
        for candidate in sorted(run.candidates, key=place):
            rows = [run.find("CPU", candidate.label, of=of, size=size) for size in run.sizes(of)]
            rows = [row for row in rows if row is not None and row.spread is not None]
            if rows:
                unit = rows[0].unit
                lines.append((candidate, [(row.size, row.spread) for row in rows]))
                table += [Line(row.candidate, f"{row.size:,} {of}, {unit}", row.spread) for row in rows]
        if lines:
            drawn.append((heading, unit, lines))
    return Chart(title, charts.growth(drawn), table) if drawn else None


def section(runs, id, title, about, drawn, needed):
    missing = [scenario for scenario in needed if scenario not in runs]
    return Section(id, title, about, [chart for chart in drawn if chart], missing,
                   [runs[scenario] for scenario in needed if scenario in runs])


def sections(runs):
    get = runs.get
    cold = [(f"Cold: {name}", [(f"{name} {point}", get("cold"), f"{figure} {point}") for point in points])
            for name, figure, points in (
                ("CPU", "cpu", ("to the 1st answer", "to the 100th answer", "to the 10,000th answer")),
                ("time", "wall time", ("to the 1st answer", "to the 100th answer", "to the 10,000th answer")),
                ("RSS", "RSS", ("at the 1st answer", "at the 100th answer", "at the 10,000th answer")))]
    return [
        section(runs, "cold", "Cold", "From the start of the process: CPU, time and RSS until a caller has the first, the 100th and "
                "the 10,000th answer. CPU includes the JVM's compilers.",
                [bar_chart(title, panels) for title, panels in cold], ["cold"]),
        section(runs, "warm", "Warm", "One wrapped request, after the same number of requests for each candidate.",
                [bar_chart("Warm: CPU and allocation of a request",
                           [("CPU of a request", get("wrapped"), "CPU"), ("allocated", get("wrapped"), "allocated")]),
                 pair_chart("Warm: CPU over by hand, each pair", get("wrapped"))], ["wrapped"]),
        section(runs, "tail", "Tail", "Latency at one rate for all, half of the least of the greatest rates. The load does not "
                "wait for responses.",
                [bar_chart("Tail: latency", [(name, get("tail"), name) for name in ("p50", "p99", "p99.9")]),
                 bar_chart("Tail: rates", [("greatest rate (more is better)", get("tail"), "greatest rate"),
                                           ("rate of the load", get("tail"), "steady rate")])], ["tail"]),
        section(runs, "memory", "Memory", "RSS of a service that rests after 10,000 requests, and the most that it had with "
                "10,000 requests in flight. In the soak each caller is a new one.",
                [bar_chart("Memory: idle", [("idle RSS", get("idle"), "RSS after the rest"),
                                            ("CPU while idle", get("idle"), "CPU at rest")]),
                 bar_chart("Memory: in flight", [("peak RSS in flight", get("in-flight"), "peak RSS")]),
                 table("Memory: a soak with callers that come and go", get("soak"))],
                ["idle", "in-flight", "soak"]),
        section(runs, "growth", "Growth", "CPU of a request with more and more sessions, and below more and more routes. The "
                "axes from left to right are logarithmic.",
                [growth_chart("Growth: CPU of a request", get("growth"),
                              [("CPU of a request, by callers", "callers"), ("CPU of a request, by routes", "routes")])],
                ["growth"]),
    ]


def started(runs):
    """Returns how each candidate was started. If its flags were not the same in all scenarios, it has several lines."""
    found = {}
    for run in runs.values():
        for one in run.candidates:
            key = (one.label, shlex.join(one.flags),
                   " ".join(f"{name}={value}" for name, value in one.environment.items()), one.versions)
            found.setdefault(key, []).append(run.scenario)
    return [Started(*key, ", ".join(sorted(scenarios))) for key, scenarios in found.items()]


def amount(value, unit):
    if value is None:
        return ""
    return f"{value:,.0f} {unit}" if value >= 1000 else f"{value:.2f} {unit}"


def summary(judged):
    verdicts = [one.verdict for one in judged if one.bar.most is not None]
    missed = [one.bar.name for one in judged if one.verdict == "not met"]
    unknown = verdicts.count(bars.NONE)
    parts = [f"{sum(verdict.startswith('met') for verdict in verdicts)} of {len(verdicts)} bars are met."]
    if missed:
        parts.append("Not met: " + "; ".join(missed) + ".")
    if unknown:
        parts.append(f"For {unknown} there are no figures.")
    return " ".join(parts)


def page(runs):
    judged = bars.judge(runs)
    machines = []
    for run in runs.values():
        if run.machine and run.machine not in machines:
            machines.append(run.machine)
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    template = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined).get_template("page.html")
    return template.render(judged=judged, summary=summary(judged), sections=sections(runs), machines=machines,
                           candidates=started(runs), amount=amount, number=charts.number)


def main(folder, target):
    Path(target).write_text(page(newest(folder)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

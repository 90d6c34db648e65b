"""Reads the results of the load bench: the newest run of each scenario."""

import json
from dataclasses import dataclass
from pathlib import Path
from statistics import median

# The flags that name a cache of classes, and the word that asks the bench for one.
CACHE = ("-XX:AOTCache=", "-XX:SharedArchiveFile=", "+aot")


@dataclass(frozen=True)
class Spread:
    """A median with its least and its most, and what they are of."""

    median: float
    least: float
    most: float
    samples: tuple = ()

    @staticmethod
    def of(samples):
        """Returns the spread of all numbers, or None if there are none. A figure that was not available is None."""
        known = tuple(sample for sample in samples if sample is not None)
        return Spread(median(known), min(known), max(known), known) if known else None


@dataclass(frozen=True)
class Row:
    """One figure of one candidate, and its ratio to that of another candidate, measured in pairs."""

    candidate: str
    figure: str
    unit: str
    spread: Spread | None
    over: str | None
    ratio: Spread | None
    of: str | None
    size: int | None


@dataclass(frozen=True)
class Candidate:
    label: str
    flags: tuple
    environment: dict
    versions: str

    @property
    def name(self):
        """The name without flags, variables and checkout: the service that it is."""
        return self.label.split()[0].split("@")[0]

    @property
    def cache(self):
        """Whether it starts from a cache of classes."""
        return any(word.startswith(CACHE) for word in (*self.flags, *self.label.split()))


    @property
    def title(self):
        """The label as a chart has it, with a word in place of the flags that name a cache of classes."""
        if not self.cache:
            return self.label
        words = [word for word in self.label.split() if not word.startswith(CACHE)]
        return " ".join(words) + ", AOT cache"


class Run:
    """A run of one scenario."""

    def __init__(self, content):
        self.scenario = content["scenario"]
        self.started = content.get("started", "")
        self.amount = content.get("amount", "")
        self.machine = content.get("machine", {})
        self.notes = content.get("notes", [])
        self.candidates = [candidate(entry) for entry in content.get("candidates", [])]
        self.rows = [row(entry) for entry in content.get("rows", [])]

    def labels(self, name, cache=False):
        """Returns the labels of a service with or without a cache of classes, the one with the fewest options first."""
        found = [one.label for one in self.candidates if one.name == name and one.cache == cache]
        return sorted(found, key=lambda label: (len(label.split()), len(label)))

    def find(self, figure, label, over=None, of=None, size=None):
        """Returns the row of a figure, or None. Of several comparisons it is the first, unless over says which."""
        for one in self.rows:
            if (one.candidate, one.figure, one.of, one.size) == (label, figure, of, size) and over in (None, one.over):
                return one
        return None

    def sizes(self, of):
        return sorted({one.size for one in self.rows if one.of == of})


def candidate(entry):
    return Candidate(
        entry["label"], tuple(entry.get("flags", [])), entry.get("environment", {}), entry.get("versions", ""))


def row(entry):
    ratio = entry.get("ratio")
    return Row(
        entry["candidate"],
        entry["figure"],
        entry.get("unit", ""),
        spread(entry, "samples"),
        entry.get("over"),
        spread(ratio, "pairs") if ratio else None,
        entry.get("of"),
        entry.get("size"),
    )


def spread(entry, samples):
    if entry.get("median") is None:
        return None
    known = tuple(sample for sample in entry.get(samples, []) if sample is not None)
    return Spread(entry["median"], entry["least"], entry["most"], known)


def newest(folder):
    """Returns the newest run of each scenario, by its name. The milliseconds at the end of a file's name decide."""
    runs = {}
    for file in sorted(Path(folder).glob("results-*.json"), key=lambda file: int(file.stem.rsplit("-", 1)[1])):
        run = Run(json.loads(file.read_text(encoding="utf-8")))
        runs[run.scenario] = run
    return runs

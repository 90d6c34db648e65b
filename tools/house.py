#!/usr/bin/env python3
"""Measures how the library's sources are laid out, so that two checkouts can be compared.

    tools/house.py [CHECKOUT [CHECKOUT]]

Prints a table of packages, one of files and one of front doors for a checkout (default: this one). With two checkouts it
prints their figures side by side. Reads src/main/java of every published module: apikit-* and extensions/*.
"""
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from statistics import median

MOST_TYPES = 40
SMALL_FILE = 25
TYPE = r"(?:@\w+\s+)*(?P<modifiers>(?:public |abstract |final |sealed |non-sealed )*)(?:class|interface|record|enum|@interface) "
IMPORT = re.compile(r"^import (?:static )?(io\.apikit(?:\.[a-z]\w*)*)\.[A-Z]", re.M)
QUALIFIED = re.compile(r"\b(io\.apikit(?:\.[a-z]\w*)*)\.[A-Z]")


class Source:
    """One compilation unit: its package, its length, whether its type is public, and the packages that it uses."""

    def __init__(self, path):
        self.path = path
        text = path.read_text(encoding="utf-8")
        self.lines = len(text.splitlines())
        self.package = re.search(r"^package ([\w.]+);", text, re.M).group(1)
        declared = re.search("^" + TYPE, text, re.M)
        self.is_public = declared is not None and "public " in declared.group("modifiers")
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)
        self.uses = (set(IMPORT.findall(code)) | set(QUALIFIED.findall(code))) - {self.package}


def sources(root):
    folders = sorted(root.glob("apikit-*/src/main/java")) + sorted(root.glob("extensions/*/src/main/java"))
    files = [file for folder in folders for file in sorted(folder.rglob("*.java"))]
    return [Source(file) for file in files if file.stem not in ("package-info", "module-info")]


def is_library(source):
    return not source.package.startswith("io.apikit.testkit")


def cycles(units):
    """The groups of packages that reach each other, largest first (Kosaraju's algorithm)."""
    packages = {unit.package for unit in units}
    arrows = defaultdict(set)
    reverse = defaultdict(set)
    for unit in units:
        for target in unit.uses & packages:
            arrows[unit.package].add(target)
            reverse[target].add(unit.package)

    def walk(start, graph, seen):
        seen.add(start)
        for following in sorted(graph[start] - seen):
            if following not in seen:
                yield from walk(following, graph, seen)
        yield start

    seen, order = set(), []
    for package in sorted(packages):
        if package not in seen:
            order += walk(package, arrows, seen)
    seen, groups = set(), []
    for package in reversed(order):
        if package not in seen:
            groups.append(sorted(walk(package, reverse, seen)))
    return sorted((group for group in groups if len(group) > 1), key=len, reverse=True)


def figures(units):
    """The figures that two checkouts are compared by."""
    lines = [unit.lines for unit in units]
    sizes = Counter(unit.package for unit in units)
    small = sum(count <= SMALL_FILE for count in lines)
    doors = Counter(unit.package for unit in units if unit.is_public and ".internal" not in unit.package)
    return {
        "top-level types": len(units),
        "packages": len(sizes),
        "types in a package, median": median(sizes.values()),
        "types in a package, max": max(sizes.values()),
        f"packages above {MOST_TYPES} types": sum(size > MOST_TYPES for size in sizes.values()),
        "package cycles": len(cycles(units)),
        "lines": sum(lines),
        "lines a file, median": median(lines),
        "lines a file, max": max(lines),
        f"files of {SMALL_FILE} lines or less": small,
        f"files of {SMALL_FILE} lines or less, %": round(100 * small / len(lines), 1),
        "public types at the front doors": sum(doors.values()),
    }


def table(rows, head):
    cells = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells)]
    for row in cells:
        print("  ".join(cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths))))
    print()


def describe(units):
    by_package = defaultdict(list)
    for unit in units:
        by_package[unit.package].append(unit)
    rows = []
    for package, members in sorted(by_package.items()):
        lines = [member.lines for member in members]
        is_door = ".internal" not in package
        public = sum(member.is_public for member in members)
        rows.append([package, len(members), public if is_door else "-", sum(lines), median(lines), max(lines)])
    table(rows, ["package", "types", "public", "lines", "median", "max"])
    for group in cycles(units):
        print("cycle:", ", ".join(group))
    largest = max(units, key=lambda unit: unit.lines)
    print(f"largest file: {largest.path.name}, {largest.lines} lines\n")


def measure(root):
    """The library (core, auth and extensions) and the testkit, each by itself."""
    units = sources(root)
    parts = {
        "library": [unit for unit in units if is_library(unit)],
        "testkit": [unit for unit in units if not is_library(unit)],
    }
    return {part: members for part, members in parts.items() if members}


def main(arguments):
    roots = [Path(argument) for argument in arguments] or [Path(__file__).resolve().parent.parent]
    measured = [measure(root) for root in roots]
    if not all(measured):
        sys.exit("no apikit-*/src/main/java below " + " or ".join(map(str, roots)))
    for part in ("library", "testkit"):
        if not any(part in one for one in measured):
            continue
        columns = [figures(one[part]) if part in one else {} for one in measured]
        names = columns[0] or columns[-1]
        rows = [[name, *(column.get(name, "-") for column in columns)] for name in names]
        table(rows, [part, *(["before", "after"] if len(roots) == 2 else map(str, roots))])
    if len(roots) == 1:
        for members in measured[0].values():
            describe(members)


if __name__ == "__main__":
    main(sys.argv[1:])

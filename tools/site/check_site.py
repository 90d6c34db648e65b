"""Checks the built site: each link inside it has its file and its anchor, and no page loads anything from elsewhere."""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADS = {("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("link", "href")}
# Links that a browser does not load: where the page itself is, and which page is the next one.
NOT_LOADED = {"canonical", "prev", "next", "alternate"}


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.anchors = set()
        self.links = []
        self.loaded = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.anchors.update(value for value in (values.get("id"), values.get("name")) if value)
        for name in ("href", "src"):
            value = values.get(name)
            if value is None:
                continue
            self.links.append(value)
            if (tag, name) in LOADS and values.get("rel") not in NOT_LOADED:
                self.loaded.append(value)


def main(root):
    root = root.resolve()
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(root.rglob("*.html"))}
    problems, checked = [], 0
    for path, page in pages.items():
        where = path.relative_to(root)
        problems += [f"{where} loads {link}" for link in page.loaded if urlsplit(link).netloc]
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            checked += 1
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if parts.path.startswith("/"):
                # The page for paths that are none has absolute addresses, since it is shown at any path.
                target = (root / unquote(parts.path).lstrip("/")).resolve()
            if target.is_dir():
                target = target / "index.html"
            if not target.exists():
                problems.append(f"{where}: no file for {link}")
            elif path.name == "constant-values.html" and path == target:
                pass  # The table of contents that JDK 17 writes there refers to a place that the page does not have.
            elif parts.fragment and target in pages and not has(pages[target], parts.fragment):
                problems.append(f"{where}: no anchor for {link}")
    for problem in sorted(set(problems)):
        print(problem, file=sys.stderr)
    print(f"{len(pages)} pages, {checked} links inside the site")
    return 1 if problems or checked < 1000 else 0


def has(page, fragment):
    return fragment == "__search" or fragment in page.anchors or unquote(fragment) in page.anchors


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

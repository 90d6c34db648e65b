"""Makes pages of the site of files outside docs/, and links that work in the repository's own view work on the site too.

The pages are written for the repository: a link names a file relative to the page. On the site a page of the table below
has another place, and a file that is no page is a link to the repository, or plain text as long as the root pom has no
<url>.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[2]

# The file in the repository, and its place on the site.
PAGES = {
    "ARCHITECTURE.md": "project/architecture.md",
    "CHANGELOG.md": "project/changelog.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "SECURITY.md": "project/security.md",
    "TESTING.md": "project/testing.md",
    "benchmarks/RESULTS.md": "project/results.md",
    "apikit-auth/interop/README.md": "project/interop.md",
}

# The README is the front page of the repository, and the index of docs/ that of the site.
FRONT_PAGE = {"README.md": "README.md"}

FENCE = re.compile(r"(?ms)^( *)```.*?^\1```")
LINK = re.compile(r"\[([^\[\]]*(?:\[[^\]]*\][^\[\]]*)*)\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)")


def repository():
    pom = re.sub(r"(?s)<(licenses|developers|organization|parent|dependencies)>.*?</\1>", "", (ROOT / "pom.xml").read_text())
    found = re.search(r"(?m)^  <url>(.*?)</url>", pom)
    url = found.group(1).strip() if found else ""
    return url if url.startswith("https://") else None


def on_files(files, config):
    for source, place in PAGES.items():
        files.append(File.generated(config, place, abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown, page, config, files):
    source = source_of(page.file.src_uri)
    kept = []

    def keep(block):
        kept.append(block.group())
        return f"\0{len(kept) - 1}\0"

    text = FENCE.sub(keep, markdown)
    text = LINK.sub(lambda link: rewritten(link, source, page.file.src_uri), text)
    return re.sub("\0(\\d+)\0", lambda number: kept[int(number.group(1))], text)


def source_of(place):
    """Returns the path in the repository of a page of the site."""
    for source, known in PAGES.items():
        if known == place:
            return source
    return "docs/" + place


def is_copied(path):
    """Pictures, and pages that are HTML already: mkdocs copies them as they are."""
    return (ROOT / path).is_file() and path.endswith((".html", ".png"))


def rewritten(link, source, place):
    text, target, anchor = link.group(1), link.group(2), link.group(3) or ""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
    page = {**PAGES, **FRONT_PAGE}.get(path)
    if page is None and path.startswith("docs/") and (path.endswith(".md") or is_copied(path)):
        page = path[len("docs/"):]
    if page is not None:
        return f"[{text}]({posixpath.relpath(page, posixpath.dirname(place) or '.')}{anchor})"
    if not (ROOT / path).exists():
        return link.group()  # mkdocs reports it
    url = repository()
    return f"[{text}]({url}/blob/main/{path}{anchor})" if url else text

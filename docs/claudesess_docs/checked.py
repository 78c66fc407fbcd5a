"""Look at the built site as a browser would: every link leads somewhere, and nothing is asked of the network.

`python -m claudesess_docs.checked build/site` says what does not hold.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "link": "href"}
_NOT_LOADED = ("canonical", "alternate", "next", "prev")
_STYLED = re.compile(r"(?:url\(|@import\s+)['\"]?(https?:)?//")


class Seen(HTMLParser):
    """What one page links to, what it loads, and its anchors."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag's addresses."""
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag in _LOADED and given.get(_LOADED[tag]) and given.get("rel") not in _NOT_LOADED:
            self.loads.append(given[_LOADED[tag]])


def faults(site: Path) -> Iterator[str]:
    """Yield what does not hold of a built site: dead links and anchors, requests to the network."""

    @cache
    def seen(page: Path) -> Seen:
        return Seen(page.read_text(encoding="utf-8"))

    for page in sorted(site.rglob("*.html")):
        name = page.relative_to(site).as_posix()
        if name == "404.html":  # its addresses are those of a server
            continue
        for address in (*seen(page).links, *seen(page).loads):
            parts = urlsplit(address)
            if parts.scheme in ("http", "https") or parts.netloc:
                if address in seen(page).loads:
                    yield f"{name} loads {address}"
                continue
            if parts.scheme:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if not target.is_file():
                yield f"{name} leads to {address}, which is not there"
            elif (
                parts.fragment
                and target.suffix == ".html"
                and unquote(parts.fragment) not in (seen(target).anchors | {"__toc", "__drawer", "__search"})
            ):
                yield f"{name} leads to {address}, an anchor that is not there"
    for style in sorted(site.rglob("*.css")):
        if _STYLED.search(style.read_text(encoding="utf-8")):
            yield f"{style.relative_to(site)} loads something from the network"


def main() -> None:
    """Print what does not hold of the site that is named; exit with 1 where there is any."""
    site = Path(sys.argv[1])
    found = list(faults(site))
    for one in found:
        print(one)
    pages = len(list(site.rglob("*.html")))
    print(f"{pages} pages, {len(found)} faults")
    sys.exit(bool(found) or not pages)


if __name__ == "__main__":
    main()

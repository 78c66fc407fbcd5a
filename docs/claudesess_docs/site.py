"""What MkDocs asks while it builds the site: the pages that are made, and links that hold there, too."""

from __future__ import annotations

import posixpath
import re
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from claudesess.charts.offline import specification
from claudesess.report import drawing
from claudesess_docs import ROOT, blocks, markup, measure_pages, reference_pages, relation_pages

#: Pages that stand elsewhere in the project, and where they are in the site.
ELSEWHERE = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "reporting-security.md",
    "collector/README.md": "collector.md",
    "data/samples/README.md": "samples/index.md",
    "tests/e2e/README.md": "real-client.md",
}
_CHART = re.compile(r"<!-- chart (\d+) -->")
_LINK = re.compile(r"(!?\[[^\]]*\])\(([^)\s#]+)(#[^)\s]*)?\)")
_CODE = re.compile(r"(^```.*?^```$|``[^`]+``|`[^`\n]+`)", flags=re.MULTILINE | re.DOTALL)


class Site:
    """The pages of the site that are not written for it.

    Attributes
    ----------
    texts : dict of str
        Markdown by address.
    charts : dict of list of str
        HTML of charts by address, in the order of their marks.
    sources : dict of str
        Where a page stands in the project, by address.
    """

    def __init__(self) -> None:
        self.charts: dict[str, list[str]] = {}
        self.sources = {
            file.relative_to(ROOT / "docs").as_posix(): file.relative_to(ROOT).as_posix()
            for folder in (ROOT / "docs", ROOT / "docs" / "images")
            for file in folder.rglob("*.*")
        }
        self.sources |= {address: source for source, address in _elsewhere().items()}
        self.texts = {address: self._of(source) for source, address in _elsewhere().items()}
        for address, (text, charts) in measure_pages.pages().items():
            self.texts[address], self.charts[address] = text, charts
        for made in (relation_pages.pages, reference_pages.command_pages, reference_pages.python_pages):
            self.texts |= made()
        self._run = {file.relative_to(ROOT).as_posix() for file in blocks.pages()}
        self.addresses = {source: address for address, source in self.sources.items()}

    def _of(self, source: str) -> str:
        return (ROOT / source).read_text(encoding="utf-8")

    def run(self, address: str, text: str) -> str:
        """Run the blocks of a written page for the charts that they end with."""
        if self.sources.get(address) not in self._run:
            return text
        there = self.charts.setdefault(address, [])

        def shown(chart: Any) -> str:
            begins = f"{posixpath.basename(address).removesuffix('.md')}-{len(there)}"
            panels, quoted = drawing.taken_apart(specification(lambda: chart), "UTC")
            there.append(markup.figure(panels, begins) + markup.quotes(quoted))
            return f"<!-- chart {len(there) - 1} -->"

        return blocks.drawn(text, shown)

    def linked(self, address: str, text: str) -> str:
        """Turn links within the project into links within the site; what is not in it is only named."""
        source = self.sources.get(address)
        if source is None:
            return text

        def one(link: re.Match[str]) -> str:
            words, to, place = link[1], link[2], link[3] or ""
            if "://" in to or to.startswith("mailto:"):
                return link[0]
            meant = posixpath.normpath(posixpath.join(posixpath.dirname(source), to))
            there = self.addresses.get(meant)
            if there is not None:
                return f"{words}({posixpath.relpath(there, posixpath.dirname(address) or '.')}{place})"
            return f"{words[1:-1]} (`{meant}`)" if (ROOT / meant).exists() else link[0]

        parts = _CODE.split(text)
        return "".join(part if number % 2 else _LINK.sub(one, part) for number, part in enumerate(parts))


def _elsewhere() -> dict[str, str]:
    sheets = {
        file.relative_to(ROOT).as_posix(): f"samples/{file.parent.name}.md"
        for file in sorted((ROOT / "data" / "samples").glob("*/README.md"))
    }
    return {source: address for source, address in (ELSEWHERE | sheets).items() if (ROOT / source).is_file()}


def _notebooks() -> list[str]:
    return [f"notebooks/{file.name}" for file in sorted((ROOT / "notebooks").glob("*.ipynb"))]


def _navigated(nav: Any, there: set[str]) -> Any:
    """Return the navigation with what is there: `folder/*` is each page of it, the first being its index."""
    if isinstance(nav, str):
        if not nav.endswith("/*"):
            return nav if nav in there or "://" in nav else None
        folder = nav[:-1]
        pages = sorted(one for one in there if one.startswith(folder) and one.endswith((".md", ".ipynb")))
        return sorted(pages, key=lambda one: one != f"{folder}index.md")
    if isinstance(nav, dict):
        return {title: found for title, one in nav.items() if (found := _navigated(one, there))} or None
    kept = (_navigated(one, there) for one in nav)
    return [page for one in kept if one for page in (one if isinstance(one, list) else [one])]


_site: Site


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Make the pages, and put them into the navigation."""
    global _site
    _site = Site()
    there = {*_site.texts, *_notebooks(), *(one for one in _site.sources if one.endswith(".md"))}
    config.nav = _navigated(config.nav, there)
    return config


@event_priority(100)  # before the plugin of notebooks looks for them
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Put the made pages, the notebooks and the script of charts beside the written pages."""
    made = [File.generated(config, address, content=text) for address, text in _site.texts.items()]
    made += [
        File(address, src_dir=str(ROOT), dest_dir=config.site_dir, use_directory_urls=False)
        for address in _notebooks()
    ]
    made.append(File.generated(config, "assets/charts.js", content=drawing.script()))
    for file in made:
        files.append(file)
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Run the blocks of a page, and mend its links."""
    address = page.file.src_uri
    return _site.linked(address, _site.run(address, markdown))


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put charts where their marks are, and the script that draws them below the page."""
    charts = _site.charts.get(page.file.src_uri, [])
    if not charts:
        return html
    drawn = _CHART.sub(lambda mark: charts[int(mark[1])], html)
    script = posixpath.relpath("assets/charts.js", posixpath.dirname(page.file.url) or ".")
    return f'{drawn}\n<script src="{script}" defer></script>\n'

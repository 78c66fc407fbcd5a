"""Every page of the report: on a desk and on a phone, light, dark and on paper."""

import pytest

from claudesess.asking import listing
from claudesess.samples import open_sample

PAGES = [
    "index.html",
    *(f"{name.replace('_', '-')}.html" for name in listing.questions()),
    "session-1.html",
]
# Texts are measured as they are seen: a chart may be drawn smaller than it says.
_SMALL = """() => [...document.querySelectorAll("main *")].filter((one) => {
  if (![...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) return false;
  if (!one.getBoundingClientRect().width || one.closest(".hidden")) return false;
  const drawn = one.closest(".draw svg");
  const scale = drawn ? drawn.getBoundingClientRect().width / Number(drawn.getAttribute("width")) : 1;
  return parseFloat(getComputedStyle(one).fontSize) * scale < 11.99;
}).map((one) => `${one.tagName} ${one.textContent.slice(0, 40)}`)"""
_EMPTY = """() => [...document.querySelectorAll("[data-spec]")].filter((one) =>
  !one.dataset.drawn || one.querySelectorAll("svg path, svg text, svg line").length < 3).map((one) => one.dataset.spec)"""
_DRAWN = """() => [...document.querySelectorAll("[data-spec]")].every((one) => one.dataset.drawn || !one.clientWidth)"""
_WIDER = """() => [...document.querySelectorAll("main, main *")].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width > 1 && !one.closest(".hidden, svg") && box.right > document.documentElement.clientWidth + 1;
}).map((one) => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 40)}`)"""
_OVERLAP = """() => [...document.querySelectorAll(".axis")].flatMap((axis) => {
  const boxes = [...axis.querySelectorAll(".tick")].filter((one) => one.clientWidth || one.getBoundingClientRect().width)
    .map((one) => one.getBoundingClientRect());
  return boxes.slice(1).filter((box, place) => box.left < boxes[place].right).map((box) => box.left);
})"""
_A4 = 695  # pixels between the margins


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    """Return the folder of the sample's report."""
    from datetime import UTC

    from claudesess.report.pages import Report, Source
    from claudesess.report.reader import Reader

    out = tmp_path_factory.mktemp("report")
    with open_sample("workshop") as store:
        Report(store, Reader(UTC), Source("the sample", True), n_sessions=2).folder(out)
    return out


@pytest.fixture
def opened(report, watched):
    """Return a function that opens a page and waits until its charts are drawn."""

    def open_(name, **how):
        one = watched(**how)
        one.page.goto((report / name).as_uri())
        one.page.wait_for_function(_DRAWN, timeout=60_000)
        return one

    return open_


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_readable_and_asks_nobody(opened, violations, name, width, scheme):
    one = opened(name, width=width, scheme=scheme)
    assert one.errors == []
    assert one.asked == []
    assert one.page.evaluate(_EMPTY) == []
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    assert one.page.evaluate(_SMALL) == []
    assert one.page.evaluate(_OVERLAP) == []
    cut = "[...document.querySelectorAll('.wide:has(.examples)')].filter((one) => one.scrollWidth > one.clientWidth).length"
    assert one.page.evaluate(cut) == 0
    lines = "new Set([...document.querySelectorAll('header.site a')].map((one) => one.offsetTop)).size"
    assert width < 1280 or one.page.evaluate(lines) == 1
    assert violations(one.page) == []


@pytest.mark.parametrize("width", [500, 660, 800, 900])
def test_times_of_lanes_never_overlap(opened, width):
    assert opened("session-1.html", width=width).page.evaluate(_OVERLAP) == []


def test_on_a_phone_each_row_of_a_chart_has_its_name_and_its_number(opened):
    page = opened("checks.html", width=390).page
    drawn = page.locator(".draw svg").first.locator("text").all_text_contents()
    (first,) = (one for one in drawn if one.startswith("reported as "))
    assert first.endswith(" · 17 % (13 %–23 %) · 41 of 239")


@pytest.mark.parametrize("name", PAGES)
def test_on_paper_letters_of_charts_are_eight_points(opened, name):
    page = opened(name).page  # drawn for the screen, and made to fit the paper
    small = """(paper) => [...document.querySelectorAll(".draw svg")].flatMap((one) => {
      const scale = Math.min(1, paper / Number(one.getAttribute("width")));
      return [...one.querySelectorAll("text")].filter((text) => text.textContent.trim()
        && parseFloat(getComputedStyle(text).fontSize) * scale < 8 * 96 / 72).map((text) => text.textContent);
    })"""
    assert page.evaluate(small, _A4) == []


@pytest.mark.parametrize("name", PAGES)
def test_on_paper_nothing_is_cut(opened, name):
    one = opened(name, width=_A4)
    one.page.emulate_media(media="print")
    assert one.page.evaluate(_WIDER) == []
    assert one.page.evaluate(_OVERLAP) == []
    assert one.page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_what_is_folded_is_printed_but_for_what_stands_above_it_in_short(opened):
    folded = """() => { dispatchEvent(new Event("beforeprint"));
      const shut = [...document.querySelectorAll("details:not([open])")].map((one) => one.parentElement.className);
      dispatchEvent(new Event("afterprint"));
      return [[...new Set(shut)].sort(), document.querySelectorAll("details[open]").length]; }"""
    assert opened("index.html").page.evaluate(folded) == [["trend"], 0]
    assert opened("checks.html").page.evaluate(folded) == [[], 0]
    assert opened("session-1.html").page.evaluate(folded) == [["calls"], 0]


def test_a_search_and_a_click_lead_to_a_session(opened):
    page = opened("index.html").page
    field = page.locator("[data-finds]")
    rows = page.locator(f"#{field.get_attribute('data-finds')} tbody tr:visible")
    n_before = rows.count()
    field.fill("2026-10-23")
    assert 0 < rows.count() < n_before
    rows.first.locator("a").click()
    assert page.locator("h1").inner_text().startswith("Session of 23 Oct 2026")
    page.locator(".lane a.mark").first.click()
    assert page.url.partition("#")[2]


@pytest.mark.parametrize(
    ("name", "cells"), [("checks.html", ".examples td.long"), ("index.html", "[data-sorts] .about")]
)
def test_tables_are_as_wide_as_the_page_whatever_stands_in_them(opened, name, cells):
    page = opened(name).page
    n_cells = page.evaluate(f"""() => [...document.querySelectorAll({cells!r})].map((cell) => {{
        cell.textContent = "/home/dev/" + "a_long_name_without_a_gap/".repeat(4); }}).length""")
    wide = "[...document.querySelectorAll('.wide')].filter((one) => one.scrollWidth > one.clientWidth).length"
    assert (n_cells > 4, page.evaluate(wide)) == (True, 0)


@pytest.fixture
def many(report):
    """Return the name of a first page with five times as many sessions, 165."""
    before, begin, rest = (report / "index.html").read_text(encoding="utf-8").rpartition("<tbody>")
    rows, end, after = rest.partition("</tbody>")
    (report / "many.html").write_text(before + begin + 5 * rows + end + after, encoding="utf-8")
    return "many.html"


def test_of_many_sessions_a_hundred_are_shown_found_and_sorted_by_keyboard(opened, many):
    page = opened(many).page
    field, rows = page.locator("[data-finds]"), page.locator("[data-sorts] tbody tr:visible")
    found = page.locator("[data-found]")
    assert (rows.count(), found.inner_text()) == (100, "165 of 165, the first 100 shown")
    field.focus()
    page.keyboard.type("2026-10-23")
    assert (rows.count(), found.inner_text()) == (10, "10 of 165")  # two sessions, five times
    field.fill("")
    page.get_by_role("button", name="Begun").focus()
    page.keyboard.press("Enter")
    assert rows.first.inner_text().startswith("2026-10-05")  # of all, not of those that were shown
    assert rows.count() == 100
    page.get_by_role("button", name="Show all 165").focus()
    page.keyboard.press("Enter")
    assert (rows.count(), found.inner_text()) == (165, "")
    assert page.evaluate("document.activeElement.rowIndex") == 101  # and one goes on where one was


def test_what_is_not_shown_is_not_printed_and_paper_says_of_how_many_it_is(opened, many):
    page = opened(many, width=_A4).page
    page.emulate_media(media="print")
    assert page.locator("[data-sorts] tbody tr:visible").count() == 100
    assert not page.get_by_role("button", name="Show all 165").is_visible()
    assert page.locator("[data-found]").is_visible() and not page.locator("[data-finds]").is_visible()
    assert page.locator(".search").inner_text().strip() == "165 of 165, the first 100 shown"


def test_by_keyboard_one_skips_to_the_content_of_the_page_that_is_shown(report, watched, tmp_path):
    from datetime import UTC

    from claudesess.report.pages import Report, Source
    from claudesess.report.reader import Reader

    with open_sample("retry") as store:
        file = Report(store, Reader(UTC), Source("the sample", True), n_sessions=1).single(
            tmp_path / "one.html"
        )
    page = watched().page
    page.goto(f"{file.as_uri()}#checks")
    assert page.locator("section.page:visible h1").inner_text() == "Checks"
    page.get_by_role("link", name="To the content").focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    assert page.locator("section.page:visible h1").inner_text() == "Checks"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('section.page').id") == "checks"


def test_a_chain_is_unfolded_by_keyboard(opened):
    page = opened("session-1.html").page
    fold = page.locator(".story .chain summary").first
    fold.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.locator(".story .chain details[open] ol").first.is_visible()

"""The report's pages: what they say, what they never say, and that all of it holds together."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
import without
from click.testing import CliRunner
from handmade import database

from claudesess import ask, measures, open_store, samples
from claudesess.asking import listing
from claudesess.cli import main
from claudesess.contracts import RELATIONS, SUMS
from claudesess.contracts.estimates import ESTIMATES
from claudesess.report import ranking
from claudesess.report.pages import Report, Source
from claudesess.report.reader import Reader

SECRET = "/home/jane/quokka/plan.py and zanzibar"
HOSTILE = "<img src=x onerror=alert(1)>"
#: What the extras bring.
OF_EXTRAS = ("vl_convert", "anywidget", "ipywidgets", "IPython", "nbclient", "nbformat", "statsmodels")
pytestmark = pytest.mark.slow


class Page(HTMLParser):
    """The links, ids, words and headings of a page; what scripts hold is none of its words."""

    def __init__(self, text):
        super().__init__()
        self.text, self.links, self.ids, self.words, self.heads, self.sources = text, [], [], [], [], []
        self._inside = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if tag == "a" else []
        self.sources += [given[name] for name in ("src",) if name in given]
        if tag not in ("meta", "input", "img", "link", "rect", "polyline"):
            self._inside.append(tag)
        if re.fullmatch(r"h\d", tag):
            self.heads.append(int(tag[1]))

    def handle_endtag(self, tag):
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data):
        if not {"script", "style"} & set(self._inside):
            self.words.append(data)

    @property
    def said(self):
        return " ".join(" ".join(self.words).split())


def run(*arguments, **environ):
    return CliRunner().invoke(main, ["report", *map(str, arguments)], env={"TZ": "UTC", **environ})


def pages(folder):
    return {path.name: Page(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.html"))}


@pytest.fixture(scope="module")
def sample(tmp_path_factory, kept_open):
    """The report of the sample project."""
    out = tmp_path_factory.mktemp("sample") / "out"
    with pytest.MonkeyPatch.context() as patch:
        kept_open.for_commands(patch)
        done = run("--sample", "--sessions", 2, "--out", out)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Open ")
    return out, pages(out)


def test_every_chart_and_page_is_a_step_of_the_bar(tmp_path, monkeypatch):
    monkeypatch.setattr(listing, "questions", lambda: ["agent_throughput", "files"])
    with open_store(samples.sample_path("retry")) as store:
        steps: list[None] = []
        for write, place in (("folder", "out"), ("single", "one.html")):
            steps.clear()
            report = Report(store, Reader(UTC), Source("here", False), n_sessions=1)
            getattr(report, write)(tmp_path / place, lambda: steps.append(None))
            assert len(steps) == report.n_steps > 4
    with open_store(database(tmp_path / "empty.db", "")) as store:
        report = Report(store, Reader(UTC), Source("here", False))
        steps.clear()
        report.folder(tmp_path / "empty", lambda: steps.append(None))
        assert len(steps) == report.n_steps == 1


@pytest.fixture(scope="module")
def of_retry(tmp_path_factory):
    """The report of a session, with a file beside it that is no database, made where no extra is installed."""
    folder = tmp_path_factory.mktemp("retry")
    bad = folder / "bad <b>.db"
    bad.write_text("no database")
    named = ["report", str(samples.sample_path("retry")), str(bad), "--out", str(folder / "out")]
    code = "from claudesess.cli import main; main(sys.argv[1:])"
    done = without.run(code, folder, *OF_EXTRAS, arguments=named)
    return done, bad, pages(folder / "out")


def copied(folder, *changes):
    path = folder / "changed.db"
    path.write_bytes(samples.sample_path("retry").read_bytes())
    with sqlite3.connect(path) as connection:
        for statement, values in changes:
            connection.execute(statement, values)
    return path


PLACES = [
    ("UPDATE agent_registry SET agent_type = ?, task_description = ?", 2),
    ("UPDATE failed_paths SET approach = ?, file_path = ?, reason_failed = ?", 3),
    ("UPDATE error_log SET error_category = ?, file_path = ?", 2),
    ("UPDATE error_log SET error_message = '$ ' || ?", 1),
    ("UPDATE session_metrics SET value = ? WHERE event_type = 'session_start' AND key = 'model'", 1),
    ("UPDATE project_state SET value = ? WHERE key LIKE 'project%'", 1),
    ("INSERT INTO llm_verdicts (session_id, decision, reason) SELECT session_id, 'block', ? FROM error_log", 1),
    ("INSERT INTO session_metrics (session_id, event_type, key, value, timestamp) SELECT session_id, 'task_created', '1', ?, timestamp FROM error_log", 1),
    ("UPDATE hook_events SET payload_summary = json_set(payload_summary, '$.path', ?)", 1),
    ("UPDATE hook_events SET payload_summary = json_set(payload_summary, '$.tool', 'mcp__' || ?) WHERE json_extract(payload_summary, '$.tool') = 'Write'", 1),
    ("UPDATE hook_events SET payload_summary = json_set(payload_summary, '$.snippet', ?)", 1),
]  # fmt: skip


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A database in which a text that is private, and would be markup, stands wherever one may."""
    text = f"{SECRET} {HOSTILE}"
    return copied(tmp_path_factory.mktemp("planted"), *((statement, (text,) * n) for statement, n in PLACES))


@pytest.mark.xdist_group("workshop")
def test_the_first_screen_is_a_finding_with_its_n_and_interval(sample):
    page = sample[1]["index.html"]
    first = re.search(r'<article class="card first".*?</article>', page.text, flags=re.DOTALL)[0]
    assert page.text.index("<article") < page.text.index('aria-labelledby="found"')
    said = Page(first).said
    assert said.startswith(
        "python -m pytest -q tests/test_receipts.py failed in 8 of 12 sessions that tried it "
        "At least 2 min 05 s a week. 9 min 04 s were lost in sessions after the first, in /home/dev/shop. 20 other things come "
        "back, too. Next: Put it where every session reads it. For CLAUDE.md After each edit of shop/mailer.py: run"
    )
    assert first.count("After each edit of shop/mailer.py") == 1  # the line is told once, to be copied
    assert (
        "Share of the sessions that tried it in which it failed python -m pytest -q tests/test_receipts.py "
        "67 % (35 %–88 %) · 8 of 12 · control 17 %" in said
    )
    assert (
        "0 % 100 %" in said and "control: if failures were dealt out at random to all that was tried" in said
    )
    assert "How sure?" in said and "of 33 sessions" in said and "95 % limits 63 %–77 %" in said
    assert (
        "Also found: 17 % of 239 checks reported as passed had failed (95 % limits 13 %–23 %, in 31 sessions). At least 10.2 "
        "failed calls a week (1 min 31 s). 8.1 % of 235 rejections were of an approach that the session had rejected before"
        in said
    )
    assert (
        "of 33 have a page: the newest, and those to look at. Of another tells claudesess show ID"
        in page.said
    )
    (second,) = re.findall(
        r'<article class="card" id="retry_escalation-repeats".*?</article>', page.text, flags=re.DOTALL
    )
    told = Page(second).said
    assert told.startswith(
        "8.1 % of 235 rejections were of an approach that the session had rejected before At least 2.05 calls a week"
    )
    assert "Next: Write into CLAUDE.md what was rejected" in told
    assert "For CLAUDE.md Do not try again what a check rejected: “Edit admin" in told
    assert "Again 8.1 % (4.9 %–13 %) · 19 of 235 · control 1.3 %" in told  # the n of the title


@pytest.mark.xdist_group("workshop")
def test_every_finding_is_on_the_page_of_its_question(sample, workshop):
    _, every = sample
    answers = ranking.answers(workshop)
    for name in measures().query("not is_view")["measure"]:
        said = answers[name].wording  # what is left of it beside its control stands in a place of its own
        page = every[name.partition(".")[0].replace("_", "-") + ".html"]
        assert said.title.replace("`", "") in page.said, name
        assert name.partition(".")[2].replace("_", "-") in page.ids


@pytest.mark.xdist_group("workshop")
def test_the_header_says_what_the_data_are_and_that_they_are_made_up(sample):
    said = sample[1]["index.html"].said
    assert "5 Oct 2026 – 23 Oct 2026 · 33 sessions · 83 agents · 6.0 h active" in said
    assert "1 project: /home/dev/shop · from the made-up sample project · times in UTC" in said
    assert all("A made-up sample project." in page.said for page in sample[1].values())


@pytest.mark.xdist_group("workshop")
def test_what_has_a_name_in_words_is_never_called_as_tables_call_it(sample):
    raw = {key for one in measures()["measure"] for key in listing.measure(one).names if "_" in key}
    assert "escalated_research" in raw
    for name, page in sample[1].items():
        prose = re.sub(r"data/\S+", "", page.said)
        assert {key for key in raw if key in prose} == set(), name


@pytest.mark.xdist_group("workshop")
def test_links_lead_somewhere_and_ids_are_there_once(sample):
    out, every = sample
    for name, page in every.items():
        assert len(page.ids) == len(set(page.ids)), name
        for link in [*page.links, *page.sources]:
            file, _, anchor = link.partition("#")
            assert (out / (file or name)).is_file(), (name, link)
            assert not anchor or anchor in every[file or name].ids, (name, link)


@pytest.mark.xdist_group("workshop")
def test_what_needs_a_person_is_linked_to_its_session(sample):
    page = sample[1]["index.html"]
    looks = re.findall(r'<a href="(session-\d+\.html#\w+)">in the session of', page.text)
    assert len(looks) >= 8
    assert "Failed 6 times in a row, and the user was asked" in page.said


@pytest.mark.xdist_group("workshop")
def test_sessions_are_listed_with_what_tells_them_apart(sample):
    _, _, table = sample[1]["index.html"].said.partition("Find a session")
    # one database, and no refused call: neither has a column
    assert table.startswith(
        " Begun Session About Open Prompts Calls Failed Agents Compactions 2026-10-23 14:34"
    )
    assert "2026-10-21 14:17 45e3580c Tidy up mailer.py; and 2 more 12 min 3 67 12 3 0" in table
    assert (
        " in the session of 5 Oct 2026, 09:59 Test work in the root: cart.py; and 2 more · d19b91d2"
        in sample[1]["index.html"].said
    )


@pytest.mark.xdist_group("workshop")
def test_nothing_is_fetched_from_elsewhere(sample):
    out, every = sample
    for page in every.values():
        assert [link for link in [*page.links, *page.sources] if re.match(r"(\w+:)?//", link)] == []
        assert "@import" not in page.text and "url(" not in page.text
    assert len(every["index.html"].text) < 200_000
    assert (out / "charts.js").stat().st_size > 500_000  # the drawing library is there


@pytest.mark.xdist_group("workshop")
def test_no_name_of_a_column_or_measure_is_a_word_of_a_page(sample):
    columns = {
        column.name for contract in [*RELATIONS.values(), SUMS, ESTIMATES] for column in contract.columns
    }
    names = {name for name in [*columns, *measures()["measure"]] if "_" in name}
    for name, page in sample[1].items():
        assert names & set(re.findall(r"[a-z_.]+", page.said)) == set(), name


@pytest.mark.xdist_group("workshop")
def test_code_is_set_as_code_and_no_hash_is_a_name(sample, workshop):
    hashes = set(workshop.sql("SELECT DISTINCT aim FROM tool_calls WHERE aim IS NOT NULL")["aim"])
    for name, page in sample[1].items():
        words = re.sub(
            r"<(script|style|pre|q)\b.*?</\1>|<span class=.said.*?</span>", "", page.text, flags=re.DOTALL
        )
        assert "`" not in words, name
        assert not hashes & set(re.findall(r"[0-9a-f]{12}", page.said)), name


@pytest.mark.xdist_group("workshop")
def test_a_question_says_what_its_control_is_and_once_what_its_examples_share(sample):
    after = sample[1]["compaction-continuity.html"].said.replace("\N{NO-BREAK SPACE}", " ")
    assert "Control, at random moments of the same sessions: 80 %, seen 38 %." in after
    retries = sample[1]["retry-escalation.html"].said
    assert (
        "Control, if every try of a session had the same chance: Fixed unaided" in retries
    )  # by attempt 5, not 1
    assert "All of these: agent type: main thread." in retries
    for name, page in sample[1].items():  # of several numbers beside their controls each has a name
        for held in re.findall(r"Control, [^<:]*: ([^<]*)\.</p>", page.text):
            assert "; " not in held or not re.search(r"(^|; )[\d−<]", held), (name, held)
    for name, page in sample[1].items():  # a number and its sign are not torn apart
        assert not re.search(r"<(h2|h3)[^>]*>[^<]*\d %", page.text), name


@pytest.mark.xdist_group("workshop")
def test_headings_go_down_one_at_a_time(sample):
    for name, page in sample[1].items():
        assert page.heads.count(1) == 1, name
        assert all(after - before <= 1 for before, after in zip(page.heads, page.heads[1:], strict=False)), (
            name
        )


@pytest.mark.xdist_group("workshop")
def test_every_chart_has_a_description_and_a_table_behind_it(sample):
    for name in ("agent-throughput", "compaction-continuity", "retry-escalation"):
        text = sample[1][f"{name}.html"].text
        assert text.count('role="img" aria-label="') == text.count("data-spec=") > 3
        assert 'aria-label=""' not in text
        for section in re.findall(r'<section class="measure".*?</section>', text, flags=re.DOTALL):
            assert "data-spec=" not in section or "<table" in section


@pytest.mark.xdist_group("workshop")
def test_the_csv_is_the_estimates(sample, workshop):
    expected = ask(workshop, "compaction_continuity.rereads").estimates
    found = pd.read_csv(sample[0] / "data" / "compaction_continuity.rereads.csv")
    columns = ["outcome", "estimate", "low", "high", "n_events", "n_units", "n_sessions"]
    pd.testing.assert_frame_equal(found[columns], expected[columns], check_dtype=False)


@pytest.mark.xdist_group("workshop")
def test_one_file_holds_all_pages_and_its_links_stay_in_it(tmp_path, monkeypatch):
    monkeypatch.setattr(
        listing, "questions", lambda: ["agent_throughput", "retry_escalation"]
    )  # costly ones stay out
    done = run(samples.sample_path("retry"), "--single", tmp_path / "one.html")
    assert done.exit_code == 0, done.output
    assert [path.name for path in tmp_path.iterdir()] == ["one.html"]
    page = Page((tmp_path / "one.html").read_text(encoding="utf-8"))
    assert len(page.ids) == len(set(page.ids))
    anchors = [link[1:] for link in page.links if link.startswith("#")]
    assert set(anchors) <= set(page.ids) and "session-1" in anchors
    assert all(link.startswith(("#", "data:text/csv;base64,")) for link in page.links)
    assert len(page.text) > 800_000  # the drawing library is in the page


@pytest.mark.xdist_group("report of retry")
def test_a_session_tells_in_order_what_happened_and_folds_chains(of_retry):
    _, _, every = of_retry
    page = every["session-1.html"]
    assert "python3 -m pytest -q test_calc.py failed 3 times, then fixed" in page.said
    first = every["index.html"].said  # nothing costs time: what a person should look at leads
    order = [
        "calls in 1 session failed",
        "Next: Read in session",
        "Nothing is shown to cost time: ",
        "Look at this",
        "What was counted",
    ]
    places = [first.lower().index(words.lower()) for words in order]
    assert places == sorted(places)
    story = page.said.partition("What happened, in order")[2]
    order = ["Session started", "Prompt", "Agent general-purpose: Format helper.py", "Approach rejected",
             "Agent general-purpose: Research why mean fails", "Session ended"]  # fmt: skip
    places = [story.index(words) for words in order]
    assert places == sorted(places)
    assert {"e1", "e34", "c2"} <= set(page.ids)


@pytest.mark.xdist_group("report of what is planted")
def test_text_from_the_database_stays_text(tmp_path, planted, opened_once):
    done = run(planted, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    every = pages(tmp_path / "out")
    for name, page in every.items():
        assert "<img" not in page.text, name
    assert any("&lt;img src=x" in page.text for page in every.values())


@pytest.mark.xdist_group("report of what is planted")
def test_for_a_stranger_nothing_of_the_data_is_in_any_page(tmp_path, planted, opened_once):
    done = run(planted, "--anonymise", "--out", tmp_path / "out", XDG_DATA_HOME=str(tmp_path / "data"))
    assert done.exit_code == 0, done.output
    with open_store(planted) as store:
        ids = store.sql("SELECT session_id FROM sessions UNION SELECT agent_id FROM agent_runs")["session_id"]
    written = "".join(
        file.read_text(encoding="utf-8")
        for file in (tmp_path / "out").rglob("*")
        if file.suffix in (".html", ".csv")
    )
    lost = [
        word
        for word in (
            "jane",
            "quokka",
            "zanzibar",
            "calc.py",
            str(tmp_path),
            str(planted.parent),
            *(one[:8] for one in ids),
        )
        if word in written
    ]
    assert lost == []
    assert re.search(r"(path|text)-[0-9a-f]{6}", written)
    assert not re.search(r">\s*None\w", written)  # what it was about is left out, and nothing stands there


def test_a_pseudonym_is_the_same_under_one_key_and_another_under_another():
    one, again, other = (Reader(UTC, key).text("/home/jane/plan.py") for key in (b"k", b"k", b"x"))
    assert one == again != other
    assert [Reader(UTC, b"k").text(word) for word in ("Bash", "fixed", "general-purpose", "3")] == [
        "Bash", "fixed", "general-purpose", "3",
    ]  # fmt: skip
    assert Reader(UTC).text("/home/jane/plan.py") == "/home/jane/plan.py"


def test_times_are_the_readers_days_are_cut_there_and_data_without_texts_make_pages_without(
    tmp_path, monkeypatch
):
    """Without texts as CLAUDESESS_CONTENT=off leaves them: no command, no message, no line of a file."""
    monkeypatch.setattr(
        listing, "questions", lambda: ["agent_throughput"]
    )  # it is about first page and sessions
    at = "2026-11-23 23:30:00"
    row = f"INSERT INTO hook_events (session_id, event_type, timestamp, payload_summary) VALUES ('s', 'post_tool_use', '{at}', '{{\"tool\": \"Read\"}}');"
    late = database(tmp_path / "late.db", row)
    wordless = copied(
        tmp_path,
        ("UPDATE error_log SET error_message = NULL", ()),
        ("DELETE FROM failed_paths", ()),
        ("UPDATE agent_registry SET task_description = NULL", ()),
        ("UPDATE hook_events SET payload_summary = json_remove(payload_summary, '$.snippet')", ()),
    )
    with open_store(late, wordless) as store:
        berlin, utc = Reader(ZoneInfo("Europe/Berlin")), Reader(UTC)
        seen = store.sql("SELECT ended_at FROM tool_calls WHERE db = 'late'")["ended_at"]
        assert [str(reader.days(seen)[0].date()) for reader in (utc, berlin)] == ["2026-11-23", "2026-11-24"]
        Report(store, berlin, Source("here", False)).folder(tmp_path / "out")
    every = pages(tmp_path / "out")
    assert "times in Europe/Berlin (UTC+01:00)" in every["index.html"].said
    assert "2026-11-24 00:30" in every["index.html"].said
    told = [page for name, page in every.items() if name.startswith("session-")]
    assert len(told) == 2
    assert all('class="said"' not in page.text for page in told)
    assert sum("task not known" in page.said for page in told) == 1


def test_an_empty_project_says_so_and_what_to_do(tmp_path):
    done = run(database(tmp_path / "empty.db"), "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    (page,) = pages(tmp_path / "out").values()
    assert "Nothing was recorded here yet." in page.said
    assert "claudesess import" in page.said and "claudesess start --sample" in page.said


@pytest.mark.xdist_group("report of retry")
def test_a_report_needs_no_extra(of_retry):
    done, bad, _ = of_retry
    assert done.returncode == 0, done.stderr
    assert len(done.stderr.splitlines()) == 1  # of the file that is none
    assert "globalThis.vegaEmbed" in (bad.parent / "out" / "charts.js").read_text(encoding="utf-8")


@pytest.mark.xdist_group("report of retry")
def test_what_could_not_be_read_is_said_on_stderr_and_on_every_page(of_retry):
    done, bad, every = of_retry
    assert f"Warning: {bad}: " in done.stderr
    for page in every.values():
        assert "Not all could be read" in page.said
        assert "bad &lt;b&gt;.db" in page.text


def test_a_wrong_path_is_one_sentence(tmp_path):
    done = run(tmp_path / "nothing.db", "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "nothing.db" in done.output
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()


def test_a_cell_that_fails_names_notebook_and_error(tmp_path, monkeypatch):
    import nbformat

    from claudesess.errors import ClaudesessError
    from claudesess.report import notebooks

    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("paths = []"), nbformat.v4.new_code_cell("1 / 0")]
    )
    notebook.cells[0].metadata["tags"] = ["parameters"]
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    source = Path(tmp_path / "01_broken.ipynb")
    nbformat.write(notebook, source)
    monkeypatch.setattr(notebooks, "notebooks", lambda: [source])
    with pytest.raises(ClaudesessError, match=r"01_broken\.ipynb: cell .* ZeroDivisionError"):
        list(notebooks.leave([], tmp_path / "out"))

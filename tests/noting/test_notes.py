"""Notes in the user's file: kept, listed, removed; nobody else reads them, and lines of others stay."""

import stat
from datetime import date
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from claudesess import my_data, samples
from claudesess.cli import main
from claudesess.errors import ClaudesessError
from claudesess.noting import notes
from claudesess.report import ranking

DAY = date(2026, 10, 12)


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "claudesess" / "notes.jsonl"


def note(*arguments):
    done = CliRunner().invoke(main, ["note", *arguments])
    return done.exit_code, done.output.splitlines()


def test_a_note_is_kept_for_its_owner_alone_and_read_again(file):
    kept = [
        notes.add(file, " Wrote\nit  down ", DAY, "checks.recurring", "/home/me/shop"),
        notes.add(file, "Dropped a hook", DAY),
    ]
    assert notes.read(file) == (kept, [])
    assert kept[0][1:] == ("Wrote it down", DAY, "checks.recurring", "/home/me/shop")
    assert kept[0].note_id != kept[1].note_id
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    notes.add(file, "Once more", DAY)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_no_notes_are_none(file):
    assert notes.read(file) == ([], [])
    assert note() == (0, ['Nothing is noted. Note what you change: claudesess note "…" --finding ID'])


@pytest.mark.parametrize(
    "line", ["{", "[]", "7", '{"id": 1, "text": "x", "at": "2026-10-12"}', '{"id": "a", "text": "x", "at": "today"}',
             '{"text": "x", "at": "2026-10-12"}', '{"id": "a", "text": "x", "at": 5}', "[" * 9_999],
)  # fmt: skip
def test_a_line_that_is_no_note_is_named_and_stays(file, line):
    kept = notes.add(file, "A", DAY)
    file.write_text(file.read_text() + line)  # cut, without its end
    other = notes.add(file, "B", DAY)
    assert notes.read(file) == ([kept, other], [f"{file}, line 2: no note"])
    notes.remove(file, kept.note_id)
    assert file.read_text().splitlines()[0] == line
    assert notes.read(file)[0] == [other]


def test_what_is_no_file_is_said(file):
    file.mkdir(parents=True)
    with pytest.raises(ClaudesessError, match="cannot be read"):
        notes.read(file)


def test_the_command_notes_lists_and_forgets(file, tmp_path):
    assert note("Wrote it down", "--at", "2026-10-12", "--finding", "checks.recurring")[0] == 0
    assert note("Dropped a hook", "--project", str(tmp_path))[0] == 0
    first, second = notes.read(file)[0]
    assert second.at == date.today()
    assert note() == (0, [
        f"{first.note_id}  2026-10-12  Wrote it down (checks.recurring)",
        f"{second.note_id}  {second.at}  Dropped a hook ({tmp_path})",
    ])  # fmt: skip
    assert note("--remove", first.note_id) == (0, ["Forgotten: Wrote it down"])
    assert notes.read(file)[0] == [second]
    assert note("--remove", first.note_id) == (
        1,
        [f"Error: No note is '{first.note_id}'; claudesess note lists them."],
    )
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("finding", "is_said"), [("checks.hidden_status", False), ("agents.looked_again", True)]
)
def test_of_a_finding_that_the_data_do_not_show_it_is_said(file, monkeypatch, finding, is_said):
    shown = SimpleNamespace(
        measure="checks.recurring", also=(SimpleNamespace(measure="checks.hidden_status"),)
    )
    monkeypatch.setattr(
        my_data, "find", lambda: my_data.MyData((str(samples.sample_path("retry")),), "given")
    )
    monkeypatch.setattr(ranking, "found", lambda store: [shown])
    status, lines = note("Wrote it down", "--finding", finding)
    assert (status, len(notes.read(file)[0])) == (0, 1)
    assert [line for line in lines if line.startswith(f"Your data do not show {finding} now")] == lines[1:]
    assert (len(lines) == 2) is is_said


def test_of_a_finding_it_is_said_where_there_are_no_data(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert note("Wrote it down", "--finding", "checks.recurring")[1][1].startswith("Your data do not show")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ([""], 1, "Say what you changed"),
        (["x", "--at", "yesterday"], 2, "does not match the format"),
        (["x", "--finding", "checks.hidden"], 1, "No finding is 'checks.hidden'. Did you mean checks.hidden_status"),
        (["x", "--remove", "a1b2c3"], 2, "Say TEXT or --remove, not both."),
    ],
)  # fmt: skip
def test_what_cannot_be_noted_is_refused_and_nothing_is_kept(file, arguments, status, said):
    found, lines = note(*arguments)
    assert (found, said in "\n".join(lines)) == (status, True)
    assert not file.exists()

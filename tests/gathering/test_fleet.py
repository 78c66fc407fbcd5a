"""A fleet says what one store over the same databases says, whatever happens to its engine."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from counts import FULL, by_run, some

from claudesess import ClaudesessError, ask, fleet, open_store, samples
from claudesess.asking import listing
from claudesess.cli import main
from claudesess.contracts import ESTIMATES
from claudesess.errors import NothingFoundError, QuestionError
from claudesess.estimating import controls
from claudesess.gathering import one
from claudesess.gathering.fleet import FleetStoppedError

pytestmark = pytest.mark.slow

FILES = [samples.sample_path(name) for name in ("mixed", "compaction", "retry")]
MEASURES = [name for question in listing.questions() for name in listing.names(question)]
#: That sums of databases are the sum of each is asked of every measure in test_measure_contract.py.
MEASURES = some([name for name in MEASURES if not listing.measure(name).is_view], 12)
FAILURES = "retry_escalation.failures"
DRAWS = 5


@pytest.fixture(scope="module")
def both():
    """The same three databases, as a fleet and as one store, whose controls are drawn as often."""
    with pytest.MonkeyPatch.context() as patch, open_store(*FILES) as store:
        patch.setattr(controls, "DRAWS", DRAWS)
        yield fleet(FILES, MEASURES, draws=DRAWS), store


@pytest.fixture(scope="module")
def plain():
    """The same, asked one measure in this process."""
    return fleet(FILES, FAILURES)


def in_order(estimates):
    keys = [name for name in ESTIMATES.key if name not in ("question", "measure")]
    whole = estimates.astype(dict.fromkeys(keys, "string"))
    return whole.sort_values(keys, ignore_index=True, na_position="last")


def assert_same(found, wanted):
    """Counts are equal, other numbers to the last digits."""
    counts = [name for name in ESTIMATES.names if name.startswith("n_") and name != "n_effective"]
    found, wanted = in_order(found), in_order(wanted)
    pd.testing.assert_frame_equal(found[counts], wanted[counts], check_exact=True)
    pd.testing.assert_frame_equal(found, wanted, rtol=1e-12, atol=1e-12)


def numbers(found):
    return found.answers[FAILURES].estimates[["n_events", "n_sessions"]].values.tolist()


@pytest.mark.xdist_group("fleet")
@pytest.mark.parametrize("name", MEASURES)
def test_a_fleet_says_what_one_store_says(both, name):
    found, answer = both[0].answers[name], ask(both[1], name)
    assert_same(found.estimates, answer.estimates)
    if isinstance(answer.control, str):
        assert found.control == answer.control
    else:
        assert_same(found.control, answer.control)


def test_where_by_and_options_are_those_of_ask():
    how = {"by": "day", "where": {"source": "startup"}, "since": "2026-01-01"}
    name, given = "retry_escalation.time_to_fix", {"kind": "all"}
    with open_store(*FILES) as store:
        wanted = ask(store, name, **how, **given).estimates
    assert_same(fleet(FILES, {name: given}, **how).answers[name].estimates, wanted)
    assert wanted["note"].str.contains("asked with kind=all").all()


def test_a_step_that_one_database_alone_knows_is_a_count_of_0_in_the_others():
    """Of 3 tries in two databases one was followed by what another writer calls `asked`."""
    measure = listing.measure("retry_escalation.next_step").module
    rows = {"session_id": "s", "attempt": 1, "failed_at": "2026-01-01T10:00Z"}
    parts = [
        pd.DataFrame([{**rows, "db": "a", "chain_id": 1, "next_step": "asked"}]),
        pd.DataFrame([{**rows, "db": "b", "chain_id": chain, "next_step": "fixed"} for chain in (1, 2)]),
    ]
    units = [measure.UNITS.filled(part) for part in (*parts, pd.concat(parts))]
    a, b, whole = (measure.sums(one, by=None) for one in units)
    found = measure.estimate(pd.concat([a, b], ignore_index=True))
    assert_same(found, measure.estimate(whole))
    asked = found[found["outcome"] == "asked"]
    assert asked[["n_events", "exposure", "n_sessions"]].values.tolist() == [[1, 3.0, 2]]


class Backwards(Executor):
    """The last that comes is done first."""

    _max_workers = 1

    def __init__(self):
        self.held = []

    def submit(self, fn, /, *args):
        future = Future()
        self.held.append((future, fn, args))
        if len(self.held) == 3:
            for future_, fn_, args_ in reversed(self.held):
                future_.set_result(fn_(*args_))
        return future


def test_who_comes_first_makes_no_difference(plain):
    found = fleet(FILES, FAILURES, engine=Backwards())
    pd.testing.assert_frame_equal(found.answers[FAILURES].sums, plain.answers[FAILURES].sums)


def test_no_more_is_sent_out_than_there_are_hands_for():
    class Counting(ThreadPoolExecutor):
        out, most = 0, 0

        def submit(self, fn, /, *args):
            self.out += 1
            self.most = max(self.most, self.out)
            future = super().submit(fn, *args)
            future.add_done_callback(self.back)
            return future

        def back(self, _):
            self.out -= 1

    with Counting(1) as pool:
        found = fleet(
            [*FILES, *(samples.sample_path(name) for name in ("crash", "edges", "tasks"))],
            FAILURES,
            engine=pool,
        )
    assert (pool.most, found.n_asked) == (3, 6)


def test_a_damaged_database_is_named_and_left_out(tmp_path, plain):
    broken = tmp_path / "broken.db"
    broken.write_bytes(FILES[0].read_bytes()[:5000])
    found = fleet([*FILES, broken, tmp_path / "none.db"], FAILURES)
    assert numbers(found) == numbers(plain)
    assert found.left_out["db"].tolist() == ["broken", "none"]
    assert [reason.split(str(tmp_path))[1][:20] for reason in found.left_out["reason"]] == [
        "/broken.db is damage",
        "/none.db does not ex",
    ]
    assert repr(found) == "<Fleet: 3 of 5 databases, 1 measure>"


def test_whatever_is_damaged_the_rest_arrives(tmp_path, attack):
    """Bytes of a page are overwritten at random: the database is left out, or says what it lost, or has lost nothing."""
    content, wanted = FILES[1].read_bytes(), numbers(fleet(FILES[2], FAILURES))
    n = 200 if FULL else 3
    held = 0
    for seed in range(n):
        luck, damaged = random.Random(seed), bytearray(content)
        at = luck.randrange(len(damaged) - 400)
        damaged[at : at + 400] = luck.randbytes(400)
        file = tmp_path / f"d{seed}.db"
        file.write_bytes(damaged)
        found = fleet([file, FILES[2]], FAILURES, by="db").answers[FAILURES]
        rows = found.estimates[found.estimates["group"] == "retry"]
        held += rows[["n_events", "n_sessions"]].values.tolist() == wanted
    attack("databases of a fleet damaged", n, held)


def test_rows_that_are_lost_are_told(tmp_path):
    """A page of hook_events is overwritten: the table ends there, and the fleet says so."""
    file = tmp_path / "torn.db"
    shutil.copyfile(samples.sample_path("workshop"), file)
    with closing(sqlite3.connect(file)) as connection:
        query = "SELECT pageno, pgsize FROM dbstat WHERE name = 'hook_events' AND pagetype = 'leaf' ORDER BY path DESC LIMIT 1"
        try:
            page, size = connection.execute(query).fetchone()
        except sqlite3.OperationalError:
            pytest.skip("this SQLite has no dbstat")
    content = bytearray(file.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    file.write_bytes(content)
    found = fleet(file, FAILURES)
    assert found.problems["table"].tolist() == ["hook_events"]
    assert found.problems["path"].tolist() == [str(file)]


def test_when_none_can_be_asked_it_says_why(tmp_path):
    (tmp_path / "a.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(ClaudesessError, match=r"None of 1 database could be asked\. .*a\.db"):
        fleet(tmp_path / "a.db", FAILURES)
    with pytest.raises(NothingFoundError, match="holds no"):
        fleet(tmp_path, FAILURES)
    with pytest.raises(NothingFoundError, match="No path was given"):
        fleet([], FAILURES)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"measures": "no.such"}, "There is no measure"),
        ({"measures": "agent_throughput.timeline"}, "is a view"),
        ({"measures": FAILURES, "by": "trigger"}, "cannot be grouped or filtered by 'trigger'"),
        ({"measures": FAILURES, "engine": 3}, "engine is 3; it must be None"),
        ({"measures": FAILURES, "engine": "ray"}, "engine is 'ray'; it must be 'dask', or the address"),
        ({"measures": FAILURES, "draws": -1}, "draws is -1"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_a_database_is_opened(monkeypatch, how, said):
    monkeypatch.setattr(one, "open_labelled", None)
    with pytest.raises(QuestionError, match=said):
        fleet(FILES, **how)


class Ending(Executor):
    """An engine that ends after two databases."""

    def __init__(self):
        self.n = 0

    def submit(self, fn, /, *args):
        self.n += 1
        if self.n > 2:
            raise BrokenProcessPool("a worker was ended")
        future = Future()
        future.set_result(fn(*args))
        return future


def test_an_engine_that_ends_is_told_and_what_arrived_is_kept(plain):
    engine = Ending()
    engine._max_workers = 1 / 3
    with pytest.raises(FleetStoppedError) as raised:
        fleet(FILES, FAILURES, engine=engine)
    assert str(raised.value).startswith("The executor went away after 2 of 3 databases (a worker was ended).")
    assert raised.value.fleet.n_asked == 2
    whole = raised.value.fleet.resume()
    assert (numbers(whole), engine.n) == (numbers(plain), 3)


def test_databases_at_urls_are_copied_with_their_log_and_removed(tmp_path, monkeypatch):
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    live = tmp_path / "live.db"
    shutil.copyfile(FILES[2], live)
    with closing(sqlite3.connect(live, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(
            "INSERT INTO session_metrics (session_id, event_type, key, value) VALUES ('new', 'prompt', 'human', 'p')"
        )
        memory.pipe("/team/shop/.claude-session.db", live.read_bytes())
        memory.pipe("/team/shop/.claude-session.db-wal", Path(f"{live}-wal").read_bytes())
    memory.pipe("/team/web/.claude-session.db", FILES[1].read_bytes())
    copies = tmp_path / "copies"
    copies.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(copies))
    found = fleet(["memory://team", f"file://{FILES[0]}", "memory://none.db"], FAILURES)
    assert [place.db for place in found.places] == ["shop", "web", "mixed", "none"]
    assert found.left_out["reason"].tolist() == ["memory://none.db does not exist. Check the address."]
    assert found.n_sessions == 1 + fleet([FILES[2], FILES[1], FILES[0]], FAILURES).n_sessions
    assert list(copies.iterdir()) == []
    assert [place.db for place in fleet("memory://team/*/.claude-session.db", FAILURES).places] == [
        "shop",
        "web",
    ]


def test_the_command_tells_people_and_scripts(tmp_path):
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"nothing")
    asked = ["fleet", *map(str, FILES), str(broken), "--measure", FAILURES]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "3 databases, 3 sessions."
    assert done.stdout.splitlines()[2].startswith("   13 tries of checks failed")
    assert done.stderr.startswith("Left out: ")
    lines = [
        json.loads(line)
        for line in CliRunner().invoke(main, [*asked, "--json", "--by", "db"]).output.splitlines()
    ]
    assert {(one["kind"], one.get("group") or one.get("db")) for one in lines} == {
        ("estimate", "mixed"), ("estimate", "compaction"), ("estimate", "retry"), ("left_out", "broken"),
    }  # fmt: skip


# --- Dask ---


@contextmanager
def cluster_of(n_workers):
    """Start a cluster whose workers, also those that replace others, are forked where Dask is imported already."""
    dask, distributed = pytest.importorskip("dask"), pytest.importorskip("distributed")
    with (
        dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"}),
        distributed.LocalCluster(
            n_workers=n_workers, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50
        ) as made,
    ):
        yield made


@pytest.mark.xdist_group("dask")
def test_over_a_scheduler_it_is_the_same(plain):
    with cluster_of(2) as cluster:
        found = fleet(FILES, FAILURES, engine=cluster.scheduler_address)
    pd.testing.assert_frame_equal(found.answers[FAILURES].estimates, plain.answers[FAILURES].estimates)


def ending_once(place, asked):
    """End the worker at every tenth database, the first time that it is asked."""
    mark = Path(f"{place.path}.ended")
    if place.number % 10 == 1 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return one.sums_of(place, asked)


def ending(place, asked):
    """End every worker that asks the second database."""
    if place.number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return one.sums_of(place, asked)


@pytest.mark.xdist_group("dask")
def test_a_worker_that_is_killed_is_replaced_and_nothing_counts_twice(tmp_path, monkeypatch, attack):
    n = 200 if FULL else 3
    files = copies(tmp_path, n)
    wanted = numbers(fleet(files, FAILURES))
    monkeypatch.setattr("claudesess.gathering.fleet.sums_of", ending_once)
    with cluster_of(by_run(few=1, full=2)) as own:
        found = fleet(files, FAILURES, engine=own.scheduler_address)
    n_killed = len(list(tmp_path.glob("*.ended")))
    assert n_killed == (20 if FULL else 1)
    assert (numbers(found), found.n_asked, len(found.left_out)) == (wanted, n, 0)
    attack("workers of a fleet killed", n_killed, n_killed)


@pytest.mark.xdist_group("dask")
def test_a_database_that_no_worker_survives_is_named_and_the_rest_arrives(monkeypatch):
    dask = pytest.importorskip("dask")
    pytest.importorskip("distributed")  # before: its settings would go with the one that is taken back
    wanted = numbers(fleet([FILES[0], FILES[2]], FAILURES))
    monkeypatch.setattr("claudesess.gathering.fleet.sums_of", ending)
    # none is borne: a database that waits its turn at a worker that dies is blamed, too, and asked again
    borne = dask.config.set({"distributed.scheduler.allowed-failures": 0})
    with borne, cluster_of(1) as own:
        found = fleet(FILES, FAILURES, engine=own.scheduler_address)
    assert found.left_out["db"].tolist() == ["compaction"]
    assert "ended every worker that opened it (KilledWorker" in found.left_out["reason"][0]
    assert numbers(found) == wanted


@pytest.mark.xdist_group("dask")
def test_a_scheduler_that_goes_is_told_and_what_arrived_is_kept(tmp_path):
    distributed = pytest.importorskip("distributed")
    files = copies(tmp_path, n := by_run(few=5, full=12))
    went = threading.Event()

    def gone(*_):
        if not went.is_set():
            went.set()
            threading.Thread(target=own.close).start()

    found = None
    with pytest.MonkeyPatch.context() as patch, cluster_of(1) as own, distributed.Client(own) as client:
        patch.setattr("claudesess.gathering.fleet.Fleet.add", adding(gone))
        with pytest.raises(
            FleetStoppedError, match=rf"^The scheduler at .* went away after \d+ of {n} databases"
        ) as raised:
            fleet(files, FAILURES, engine=client)
        found = raised.value.fleet
    assert 1 <= found.n_asked < n
    assert numbers(found.resume()) == numbers(fleet(files, FAILURES))


def adding(after):
    from claudesess.gathering.fleet import Fleet

    add = Fleet.add

    def added(self, sums):
        add(self, sums)
        after()

    return added


def copies(folder, n):
    """Databases of the same sample, each of its own name."""
    made = [folder / f"d{number:02}.db" for number in range(n)]
    for file in made:
        shutil.copyfile(FILES[2], file)
    return made


def test_no_scheduler_is_a_sentence():
    pytest.importorskip("distributed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("claudesess.gathering.engines._ANSWER_S", 1)
        with pytest.raises(ClaudesessError, match=r"No scheduler answers at tcp://127\.0\.0\.1:1 "):
            fleet(FILES, FAILURES, engine="tcp://127.0.0.1:1")


@pytest.mark.parametrize("word", ["Query interrupted", "something else"])
def test_who_interrupts_a_fleet_gets_no_answer_of_the_rest(monkeypatch, word):
    place = one.Place(0, "retry", str(samples.sample_path("retry")))

    def ends(*_):
        raise RuntimeError(word)

    monkeypatch.setattr(one, "_tables", ends)
    if word == "Query interrupted":
        with pytest.raises(RuntimeError, match=word):
            one.sums_of(place, one.Asked({}))
    else:
        assert "cannot be asked" in one.sums_of(place, one.Asked({})).fault

"""For all tests: examples that stay the same, the notebooks, executed once, the counts of attacks, who runs which."""

import gc
import json
import os
import shutil
import tempfile
from functools import cache, cached_property
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from counts import FULL, SEED
from hypothesis import settings
from kept_open import KeptOpen

# Generated examples are the same at every run of `make test`; `make stress` draws new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("new", deadline=None)
#: Where files are kept in memory, and how much room there has to be for those of all tests.
_MEMORY, _ROOM = Path("/dev/shm"), 4 << 30


def _is_roomy(folder: Path) -> bool:
    """Say whether files, programs too, may be kept in a folder, and whether there is room for them."""
    if not folder.is_dir() or not os.access(folder, os.W_OK) or os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(folder).free >= _ROOM


# Tests kill writers, and never the machine: waiting for a disk at each close of a database shows nothing.
if "TMPDIR" not in os.environ and _is_roomy(_MEMORY):
    os.environ["TMPDIR"] = str(_MEMORY)
    tempfile.tempdir = None
# No test reads what another one, or the user, kept.
os.environ["CLAUDESESS_CACHE"] = "off"
settings.load_profile("new" if FULL else "same")


@pytest.fixture(scope="session", autouse=True)
def in_one_process():
    """Let commands answer alone: a second process of each of a hundred takes longer than their small data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("claudesess.asking.second.begun", lambda modules: None)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Let nobody look for garbage among thousands of tests: none of them goes before the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure():
    """Let go of all at the end: engines say what is left over."""
    gc.unfreeze()


def _groups(workerinput):
    """Return the file in which the first process of a run says which tests belong together."""
    return Path(tempfile.gettempdir(), f"claudesess-{workerinput['testrunuid']}.json")


def pytest_collection_modifyitems(config, items):
    """Say it: xdist 3.8 would put the group into a test's id, and pytest 9.2 keeps ids as they are."""
    own = getattr(config, "workerinput", {})
    if own.get("workerid") == "gw0":
        marks = {item.nodeid: item.get_closest_marker("xdist_group") for item in items}
        named = {nodeid: mark.args[0] for nodeid, mark in marks.items() if mark is not None}
        _groups(own).write_text(json.dumps(named), encoding="utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give a process whole groups and files, the largest first; at the end slow tests that share nothing, one by one."""
    from xdist.scheduler import LoadGroupScheduling

    if config.getvalue("dist") != "loadgroup":
        return None
    are_all_quick = config.getvalue("markexpr") == "not slow"

    @cache
    def is_whole(file):
        text = (config.rootpath / file).read_text(encoding="utf-8")
        return are_all_quick or "mark.slow" not in text or 'scope="module"' in text

    class ByGroupAndFile(LoadGroupScheduling):
        @cached_property
        def groups(self):
            file = _groups(self.nodes[0].workerinput)
            try:
                return json.loads(file.read_text(encoding="utf-8"))
            finally:
                file.unlink()

        def _split_scope(self, nodeid):
            file = nodeid.partition("::")[0]
            return self.groups.get(nodeid) or (file if is_whole(file) else nodeid)

    return ByGroupAndFile(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    """Tell the first process once of each test, not six times: that it began and was cleared away well says nothing."""
    if not hasattr(item.config, "workerinput") or item.config.option.durations:
        return None
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when == "call" or not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.fixture(scope="session")
def executed():
    """Return the notebooks, executed on their own sample as `report --notebooks` does it: once for all who look at them.

    Who uses it belongs to the group `executed`, so that two processes do not both execute.
    """
    from claudesess.report import notebooks

    return {path: notebooks.execute(path, []) for path in notebooks.notebooks()}


@pytest.fixture(scope="session")
def kept_open():
    """Return the stores that are opened once for all who only read them."""
    kept = KeptOpen()
    yield kept
    kept.close()


@pytest.fixture
def opened_once(kept_open, monkeypatch):
    """Let commands find what was opened before: a test asks for it that is not about opening."""
    kept_open.for_commands(monkeypatch)


@pytest.fixture(scope="session")
def workshop(kept_open):
    """Return the sample project, as commands find it; who asks every measure of it belongs to the group `workshop`."""
    from claudesess import samples
    from claudesess.chosen import Chosen

    with kept_open.open(Chosen(is_utc=True), [samples.sample_path("workshop")]) as store:
        yield store


@pytest.fixture(scope="session")
def of_sample(workshop):
    """Return the findings of the sample project, found once."""
    from claudesess.report import ranking

    return ranking.found(workshop)


@pytest.fixture
def attack(record_property):
    """Return a function that says of an attack how often it was tried and how often it was withstood; all have to be."""

    def count(what: str, tried: int, held: int) -> None:
        record_property("attack", f"{what}: {tried:,} tried, {held:,} held, {tried - held:,} failed")
        assert held == tried, what

    return count


def pytest_terminal_summary(terminalreporter):
    """Print by which seed the few were drawn, where something failed, what was tried and what held."""
    if not FULL and any(terminalreporter.stats.get(how) for how in ("failed", "error")):
        terminalreporter.write_line(f"Of repeated cases a few were drawn: CLAUDESESS_SEED={SEED}")
    reports = [
        *terminalreporter.stats.get("passed", []),
        *terminalreporter.stats.get("failed", []),
    ]
    told = [
        value for one in reports for name, value in getattr(one, "user_properties", ()) if name == "attack"
    ]
    if told:
        terminalreporter.section("attacks")
        for line in sorted(told):
            terminalreporter.write_line(line)

"""The sessions, played once for each way of registering the collector."""

import sqlite3
import subprocess
from pathlib import Path

import client
import pytest
import transcripts
from evidence import KILLED, WORK, Evidence
from registration import WAYS, register

HERE = Path(__file__).resolve().parent


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Collect these tests only where they are asked for: they need the client and a minute."""
    asked = [Path(argument.split("::")[0]).resolve() for argument in config.args]
    return None if any(path == HERE or HERE in path.parents for path in asked) else True


@pytest.fixture(scope="session")
def permitted() -> None:
    """Skip where the client cannot be run; fetch it once, so that a failure is met once."""
    if reason := client.obstacle():
        pytest.skip(reason)
    try:
        client.install()
    except subprocess.CalledProcessError:
        pytest.skip("npm could not bring the client: no registry within reach?")


@pytest.fixture
def place(permitted: None, tmp_path: Path) -> client.Place:
    """Return a project where nothing has happened yet."""
    new = client.Place(tmp_path)
    new.furnish()
    return new


@pytest.fixture(scope="session", params=WAYS)
def evidence(
    permitted: None, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Evidence:
    """Return what the three sessions left: one of work, one killed, and that one taken up again."""
    place = client.Place(tmp_path_factory.mktemp(request.param))
    place.furnish()
    options = register(place, request.param)
    played = {"work": place.play("work", "--session-id", WORK, *options)}
    played["killed"] = place.play("killed", "--session-id", KILLED, *options)
    after_kill = place.base / "after_kill.db"
    with sqlite3.connect(place.database) as source, sqlite3.connect(after_kill) as copy:
        source.backup(copy)
    played["resumed"] = place.play("short", "--resume", KILLED, *options)
    work, killed = (transcripts.read(place.home, session_id) for session_id in (WORK, KILLED))
    return Evidence(request.param, place, played, after_kill, work, killed)

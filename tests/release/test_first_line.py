"""The wheel in dist/, installed where nothing else is, and its first line: past sessions, findings, pages."""

import os
import re
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

import past_sessions
import pytest
from handmade import ROOT

#: How the index is reached: the one thing that is taken over from here.
INDEX = re.compile(r"(?i)(PIP|UV|PIPX)_.*|(HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE")
FIRST = "of an approach that the session had rejected before"


@pytest.fixture
def wheel():
    built = sorted(ROOT.glob("dist/*.whl"))
    if not built:
        pytest.skip("there is no wheel in dist/: make release")
    return built[-1]


@pytest.fixture
def home(tmp_path):
    """A user who has used the client, and has no display."""
    (tmp_path / "home").mkdir()
    past_sessions.write(tmp_path / "home" / ".claude" / "projects")
    return tmp_path / "home"


def run(home, *command, **more):
    """Run a command of the user, with an environment from nothing; what is installed is compiled when it is imported."""
    environ = {"PATH": os.defpath, "HOME": str(home), "LANG": "C.UTF-8", "PIP_COMPILE": "0", **more}
    began = time.monotonic()
    done = subprocess.run(command, env=environ, cwd=home, capture_output=True, text=True, timeout=900)
    print(f"{time.monotonic() - began:6.1f} s  {Path(command[0]).name} {' '.join(command[1:])}")
    return done


def index():
    return {name: value for name, value in os.environ.items() if INDEX.fullmatch(name)}


def check(done, home):
    assert done.returncode == 0, done.stdout + done.stderr
    assert FIRST in done.stdout
    page = home / ".local" / "share" / "claudesess" / "report" / "index.html"
    if sys.platform == "linux":
        assert done.stdout.splitlines()[-1] == f"Open {page}"
        assert FIRST in page.read_text(encoding="utf-8")


def test_installed_by_pip(wheel, home, tmp_path):
    bin_dir = tmp_path / "env" / "bin"
    venv.create(tmp_path / "env", with_pip=True)
    python = str(bin_dir / "python")
    installed = run(home, python, "-m", "pip", "install", "--quiet", str(wheel), **index())
    if installed.returncode:
        there = run(home, python, "-m", "pip", "download", "--no-deps", "--quiet", "click", **index())
        if there.returncode:
            pytest.skip("no package index within reach")
    assert installed.returncode == 0, installed.stderr
    done = run(home, str(bin_dir / "claudesess"), "start")
    check(done, home)
    again = run(home, str(bin_dir / "claudesess"), "start")
    assert f"{past_sessions.N_SESSIONS} sessions had nothing new" in again.stdout


@pytest.fixture
def launcher(tmp_path):
    """Return where a program is that runs packages: the user's own, else one installed for this test alone."""

    def found(tool, package):
        own = shutil.which(tool)
        if own is not None:
            return own
        place = tmp_path / package
        venv.create(place, with_pip=True)
        installed = run(
            tmp_path, str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", package, **index()
        )
        if installed.returncode:
            pytest.skip(f"{tool} is not there, and no package index within reach")
        return str(place / "bin" / tool)

    return found


@pytest.mark.parametrize(
    ("tool", "package", "arguments"),
    [("uvx", "uv", ["--from"]), ("pipx", "pipx", ["run", "--spec"])],
    ids=["uvx", "pipx"],
)
def test_run_without_being_installed(wheel, home, launcher, tool, package, arguments):
    # The Python that runs this test: a launcher's own choice may be older than what is supported.
    chosen = {"UV_PYTHON": sys.executable, "PIPX_DEFAULT_PYTHON": sys.executable}
    program = launcher(tool, package)
    check(run(home, program, *arguments, str(wheel), "claudesess", "start", **chosen, **index()), home)

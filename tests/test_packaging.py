"""The wheel: built from the checkout, installed elsewhere, samples and collector found in it."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
ASK = """
import claudesess
from claudesess import frames, samples
from claudesess import paths
assert "site-packages" in claudesess.__file__, claudesess.__file__
assert (paths.collector_dir() / "collect.py").is_file()
assert (paths.collector_dir() / "schema.sql").is_file()
assert sorted(path.name for path in paths.notebooks_dir().glob("*.ipynb"))
with samples.open_sample("retry") as store:
    print(samples.names(), len(frames.error_chains(store)))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_holds_what_it_needs_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "samples/retry/retry.db",
        "samples/workshop/workshop.db",
    ):
        assert f"claudesess/_bundled/{needed}" in names
    own = {
        f"claudesess_collector/{path.name}"
        for path in (ROOT / "collector" / "claudesess_collector").glob("*.py")
    }
    own |= {"claudesess_collector/collect.py", "claudesess_collector/schema.sql"}
    assert {name for name in names if name.startswith("claudesess_collector/")} == own
    assert [name for name in names if name.endswith("/on_calls.py")] == ["claudesess_collector/on_calls.py"]
    assert "claudesess/report/templates/whole.html" in names
    assert "claudesess/relations/sql/error_chains.sql" in names
    assert "claudesess/metrics/compaction_continuity/rereads.sql" in names
    assert [name for name in names if "__pycache__" in name or name.endswith((".pyc", "-wal", "-shm"))] == []


def test_an_installed_wheel_finds_samples_and_collector(wheel, tmp_path):
    venv.create(tmp_path / "env", with_pip=False, symlinks=True)
    site = next((tmp_path / "env").glob("lib/python*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    # The dependencies come from this environment; the package itself must be the installed one.
    (site / "dependencies.pth").write_text(
        "\n".join(path for path in sys.path if path.endswith("site-packages"))
    )
    python = tmp_path / "env" / "bin" / "python"
    done = subprocess.run(
        [python, "-c", ASK], capture_output=True, text=True, cwd=tmp_path, env={"PATH": os.environ["PATH"]}
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("2")

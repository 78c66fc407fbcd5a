"""What a person would see, in Chromium: pages of the report, and the explorer in JupyterLab."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Collect these tests only where they are asked for: they need a browser and a minute."""
    asked = [Path(argument.split("::")[0]).resolve() for argument in config.args]
    return None if any(path == HERE or HERE in path.parents for path in asked) else True


@pytest.fixture(scope="session")
def chromium():
    """Return a running Chromium; skip where there is none."""
    if importlib.util.find_spec("playwright") is None:
        pytest.skip("playwright could not be installed: no package index within reach?")
    program = os.environ.get("CLAUDESESS_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip("there is no Chromium (CLAUDESESS_CHROMIUM names one)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=_QUIET)
        yield browser
        browser.close()


class Watched:
    """A page, what it said in the console, and whom it asked for anything."""

    def __init__(self, page, own):
        self.page, self.errors, self.asked = page, [], []
        page.on("console", lambda one: self.errors.append(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(f"{error}\n{error.stack}"))
        page.on("request", lambda one: None if one.url.startswith(own) else self.asked.append(one.url))


@pytest.fixture
def watched(chromium):
    """Return a function that makes a page of a width and a colour scheme."""
    made = []

    def make(width=1280, scheme="light", own=("file:", "data:", "blob:")):
        context = chromium.new_context(
            viewport={"width": width, "height": 900 if width > 500 else 844}, color_scheme=scheme
        )
        made.append(context)
        return Watched(context.new_page(), own)

    yield make
    for context in made:
        context.close()


@pytest.fixture(scope="session")
def violations():
    """Return a function that says what axe finds against a page."""
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()

    def found(page, context=None):
        answer = axe.run(page, context=context).response
        return [f"{one['id']}: {one['nodes'][0]['target']} {one['help']}" for one in answer["violations"]]

    return found


@pytest.fixture(scope="session")
def lab(chromium, tmp_path_factory):
    """Return the address of a JupyterLab that serves an empty folder, and the folder."""
    if importlib.util.find_spec("jupyterlab") is None:
        pytest.skip("JupyterLab could not be installed: no package index within reach?")
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("notebooks")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    places = (
        "HOME",
        "IPYTHONDIR",
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
        "XDG_CACHE_HOME",
    )
    environ = {**os.environ, **{name: str(home / name.lower()) for name in places}}
    # what widgets bring for the browser lies beside the site-packages that they are in
    sites = [Path(one) for one in sys.path if one.endswith("site-packages")]
    environ["JUPYTER_PATH"] = os.pathsep.join(str(one.parents[2] / "share" / "jupyter") for one in sites)
    quiet = (
        home
        / "jupyter_config_dir/lab/user-settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    )
    quiet.parent.mkdir(parents=True)
    quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    options = [
        "--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
        f"--ServerApp.root_dir={folder}",
    ]  # fmt: skip
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env=environ, stdout=log, stderr=log, cwd=folder
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api/status", server, home / "log")
        yield address, folder
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")

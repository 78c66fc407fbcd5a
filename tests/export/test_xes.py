"""The script of docs/neighbours.md that writes an event log for process mining."""

from __future__ import annotations

import re
import subprocess
import sys
from xml.etree import ElementTree as xml

import pytest
from handmade import ROOT, database
from one_session import script

pytestmark = pytest.mark.slow


def test_the_script_of_the_documentation_writes_a_log(tmp_path):
    page = (ROOT / "docs" / "neighbours.md").read_text(encoding="utf-8")
    (code,) = (
        one for one in re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL) if "ElementTree" in one
    )
    made = script().event("09:00:57", "post_tool_use", tool='<&"\x01', ok=None)
    path, out = database(tmp_path / "made.db", "".join(made.sql)), tmp_path / "log.xes"
    subprocess.run([sys.executable, "-c", code, str(path), str(out)], check=True)
    (trace,) = xml.parse(out).getroot().findall("trace")
    assert trace.find("string").attrib == {"key": "concept:name", "value": "made s"}
    told = [{one.attrib["key"]: one.attrib["value"] for one in event} for event in trace.findall("event")]
    assert [one["concept:name"] for one in told] == [
        "session_start", "prompt", "Read", "Read", "agent", "Read", "agent", "Read", "Bash", "compaction",
        '<&"\ufffd', "session_end",
    ]  # fmt: skip
    assert told[8] == {
        "concept:name": "Bash", "time:timestamp": "2026-05-04T09:00:34.500+00:00", "org:resource": "a2",
        "claudesess:is_ok": "false",
    }  # fmt: skip
    assert told[1]["org:resource"] == "main thread"

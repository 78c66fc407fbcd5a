"""Made-up families of sessions that copy each other, imported again and again while they grow: nothing is told twice."""

import json
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from counts import by_run
from hypothesis import given, settings
from hypothesis import strategies as st
from made_transcripts import RUN, Transcript
from past_folder import Past

pytestmark = pytest.mark.slow

KINDS = st.sampled_from(["unmarked", "answers", "branch", "new ids"])
WHO = st.integers(0, 5)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("work"), WHO),
        st.tuples(st.just("compact"), WHO),
        st.tuples(st.just("fork"), WHO, KINDS),
        st.tuples(st.just("import"), st.sets(WHO)),
    ),
    min_size=3,
    max_size=14,
)


class Family:
    """Sessions that began as one; the clock is common to all."""

    def __init__(self, folder):
        self.past = Past(folder)
        self.made = []
        self.changed = {}
        self.shown = set()  # and what a copy cannot be told from its original without
        self.n = 0
        self._begin([])
        self.work(0)

    def _begin(self, lines):
        number = len(self.made)
        made = Transcript(f"{number:08}-0000-4000-8000-000000000007", prefix=f"s{number}-")
        made.lines = list(lines)
        self.made.append(made)
        return made

    def _now(self, who):
        self.n += 1
        who %= len(self.made)
        made = self.made[who]
        made._clock = Transcript()._clock
        self.changed[who] = self.n
        return made.wait(60 * self.n)

    def work(self, who):
        made = self._now(who)
        made.prompt(f"Go on, {self.n}.").call(f"call-{self.n}", **RUN).failed(f"call-{self.n}").answer()

    def compact(self, who):
        self._now(who).compacted(preTokens=9, postTokens=3)

    def fork(self, who, kind):
        original = self.made[who % len(self.made)]
        lines = [json.loads(line) for line in original.lines]
        begin = max(
            (n for n, line in enumerate(lines) if line.get("subtype") == "compact_boundary"), default=0
        )
        copy = self._begin([])
        for n, line in enumerate(lines[begin:]):
            marks = {}
            if kind == "answers" and line["type"] == "assistant":
                marks = {"requestSessionId": line.get("requestSessionId", original.session)}
            elif kind in ("branch", "new ids"):
                marks = {"forkedFrom": {"sessionId": original.session, "messageUuid": line["uuid"]}}
            if kind == "new ids":
                self.shown.add(len(self.made) - 1)
                marks["uuid"] = f"{copy.prefix}copy-{n}"
            copied = line | {"sessionId": copy.session} | marks
            copy.lines.append(json.dumps(copied, separators=(",", ":")))
        self.work(len(self.made) - 1)

    def load(self, hidden=frozenset()):
        """Import; what is hidden is not there yet, if it never was."""
        for number, made in enumerate(self.made):
            if number not in hidden - self.shown:
                self.shown.add(number)
                moment = Transcript()._clock.timestamp() + 60 * self.changed[number] + 30
                os.utime(made.write(self.past.folder), (moment, moment))
        self.past.load()

    def told(self):
        sql = "SELECT payload_summary FROM hook_events WHERE event_type = 'post_tool_use_failure'"
        return Counter(json.loads(summary)["tool_use_id"] for (summary,) in self.past.rows(sql))


@settings(max_examples=by_run(few=30, full=100), deadline=None, database=None)
@given(STEPS)
def test_every_call_and_answer_is_told_once(steps):
    folder = Path(tempfile.mkdtemp())
    try:
        family = Family(folder)
        for name, *arguments in steps:
            {"work": family.work, "compact": family.compact, "fork": family.fork, "import": family.load}[
                name
            ](*arguments)
        family.load()
        family.load()
        assert family.past.faults == []
        told = family.told()
        asked = {f"call-{n}" for n in range(1, family.n + 1)}
        made = "".join(line for made in family.made for line in made.lines)
        assert told == Counter({call: 1 for call in asked if call in made and f'"{call}"' in made})
        answers = Counter(key for key, _ in family.past.metrics("tokens"))
        assert set(answers.values()) == {1}
    finally:
        shutil.rmtree(folder)

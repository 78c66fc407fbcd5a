"""What is planted: every parameter of the made-up project; ``truth.json`` repeats them."""

from __future__ import annotations

from dataclasses import dataclass

SEED = 20261005
FIRST_DAY_MS = 1_791_158_400_000  # Monday 2026-10-05 00:00 UTC
DAYS = 19
SESSIONS = 33


@dataclass(frozen=True)
class Ladder:
    """How checks of one category go.

    Attributes
    ----------
    weight : float
        Share of the work items that are of this category.
    first_fails : float
        Probability that the first run fails.
    fix : float
        Probability that a run after a failure passes; +`HELPED` after research or an answer.
    research, user, abandon : float
        Probability, after each failure, of each of these instead of trying again at once. A subagent cannot
        ask the user; the main thread abandons only by leaving in its last turn.
    """

    weight: float
    first_fails: float
    fix: float
    research: float
    user: float
    abandon: float


LADDERS = {
    "test": Ladder(0.42, 0.52, 0.46, 0.12, 0.07, 0.08),
    "lint": Ladder(0.16, 0.45, 0.75, 0.02, 0.02, 0.05),
    "type": Ladder(0.20, 0.50, 0.52, 0.10, 0.06, 0.08),
    "build": Ladder(0.10, 0.60, 0.42, 0.15, 0.10, 0.08),
    "runtime": Ladder(0.12, 0.60, 0.36, 0.20, 0.12, 0.12),
}
HELPED = 0.25
MOST_ATTEMPTS = 6
REPRODUCE = 0.30  # the check is run before the first edit, and fails
PIPED = 0.20  # share of the runs of pytest, ruff and mypy whose exit status a pipe hides
NOT_FOUND = 0.08  # share of the failed runs of mypy that were pyright, which is not installed: exit 127

# Median seconds and sigma of the lognormal from which an agent's time is drawn; it works until that is over.
AGENT_TIMES = {
    "Explore": (70.0, 0.45),
    "Plan": (120.0, 0.40),
    "general-purpose": (230.0, 0.60),
    "code-reviewer": (160.0, 0.75),
}
AGENT_WEIGHTS = {"Explore": 0.36, "Plan": 0.10, "general-purpose": 0.40, "code-reviewer": 0.14}
TURN_LAUNCHES = 0.45  # share of the turns that start with agents
LAUNCHED = {"1": 0.40, "2": 0.30, "3": 0.20, "4": 0.10}
NESTED = 0.15  # share of the general-purpose agents that send out an Explore agent of their own
AGENT_FAILS = 0.08  # share of the agents that end with an API error

# A compaction. After it the main thread's checks fail more often for a while, files are read again, and
# approaches that the session has already rejected come back.
MANUAL_COMPACTION = 0.20  # between two turns
AUTO_COMPACTION = (
    0.18  # after the main thread's n-th failure with an item: n times this, once it has so many events
)
EVENTS_BEFORE_AUTO = 30
AFTER_COMPACTION_S = 900
PASS_AFTER_COMPACTION = 0.40  # factor on the probability that a check passes in that time
REREAD_STRICT = 0.30  # per range read before (newest six), not edited since: read again just so
REREAD_OTHER_RANGE = 0.30  # per file read before (newest six): another part of it is read
REPEAT_AFTER_COMPACTION = 0.60  # per edit, where a rejected approach of before the compaction is at hand
REPEAT_OTHERWISE = 0.05
NAMED_IN_SUMMARY = {"chains": 0.80, "failed_paths": 0.45, "files": 0.65, "agents": 0.60, "tasks": 0.75}

TASK_LIST = 0.30  # share of the turns that keep a task list
JUDGE_BLOCKS = 0.25  # share of the completions that the judge refuses at first
COMMITS = 0.40
SAYS_NOTHING = 0.15  # share of the turns with a failing check of which their closing words say nothing
RESEARCH_ELSEWHERE = 0.15  # share of the research after a failure that is about something else
ASKS_PERMISSION = 0.15  # share of the sessions in permission mode "default"
EDITS_THROUGH_SHELL = 0.10  # per turn
FAILS_WITH_SIBLING = (
    0.08  # per turn: a command that is not tried again, and the call beside it that is torn down
)
INTERRUPTED = 0.04  # per turn: a command that the user stops
API_ERROR = 0.06  # share of the turns that end with an API error instead of a stop

KILLED = (4, 11, 18, 25, 31)  # sessions (counted from 0) that end without a SessionEnd
LEFT_RUNNING = (7, 15, 28)  # sessions left while an agent runs
RESUMED = (2, 13, 21)  # sessions that are resumed the next day
CLEARED = (9, 23)  # sessions that end with /clear, upon which the next one starts
DOUBLED = 10  # the session in which every hook is registered, and so fires, twice

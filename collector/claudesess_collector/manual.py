"""Rows that no event writes: an approach somebody rejected, a judge's verdict. Called by hand, so it may speak."""

import argparse
import os
import sys

from claudesess_collector import clock
from claudesess_collector.database import Database
from claudesess_collector.payload import to_json
from claudesess_collector.privacy_redact import one_line
from claudesess_collector.vocabulary import DECISIONS, SESSION_FILE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

_TEXT = 1000


def add(arguments: "list[str]", project_dir: str) -> int:
    """Add one row and return the exit status: 0, or 2 with a message."""
    options = _parser().parse_args(arguments)
    path = os.path.join(options.project or project_dir, SESSION_FILE)
    row = _failed_path(options) if options.kind == "failed-path" else _verdict(options)
    table = "failed_paths" if options.kind == "failed-path" else "llm_verdicts"
    try:
        database = Database(path)
        for last in (False, True):
            try:
                database.begin()
                row_id = database.insert(
                    table, session_id=options.session, timestamp=clock.stamp(clock.now_ms()), **row
                )
                database.commit()
                break
            except Exception as error:
                if last or not database.is_incomplete(error):
                    raise
        database.close()
    except Exception as error:
        print(f"collect.py: {path}: {error}", file=sys.stderr)
        return 2
    print(f"{table} {row_id}")
    return 0


def _failed_path(options: argparse.Namespace) -> "dict[str, Optional[object]]":
    return {
        "file_path": options.file,
        "approach": one_line(options.approach, _TEXT),
        "reason_failed": one_line(options.reason, _TEXT),
        "context": to_json({"by": "hand"}),
        "still_relevant": 1,
    }


def _verdict(options: argparse.Namespace) -> "dict[str, Optional[object]]":
    return {
        "hook_event": options.hook_event,
        "task_id": options.task,
        "verdict_json": one_line(options.json, 8192),
        "decision": options.decision,
        "reason": one_line(options.reason, _TEXT),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="collect.py add", description="Record by hand what no event says.")
    kinds = parser.add_subparsers(dest="kind", required=True)
    path = kinds.add_parser("failed-path", help="an approach that was tried and rejected")
    path.add_argument("--approach", required=True)
    path.add_argument("--file")
    path.add_argument("--reason")
    verdict = kinds.add_parser("verdict", help="what a judge said")
    verdict.add_argument("--hook-event", required=True, help="for example TaskCompleted")
    verdict.add_argument("--decision", required=True, choices=DECISIONS)
    verdict.add_argument("--task")
    verdict.add_argument("--reason")
    verdict.add_argument("--json", help="the judge's raw reply")
    for kind in (path, verdict):
        kind.add_argument("--session", help="session id")
        kind.add_argument(
            "--project", help="the project's folder (default: CLAUDE_PROJECT_DIR, or the git top level here)"
        )
    return parser

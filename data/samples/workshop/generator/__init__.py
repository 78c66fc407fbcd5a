"""A made-up project of three weeks, as the stream of hook events that it would have caused.

Nothing in it happened: who did what, when and with what success is drawn from :mod:`.plan` with a fixed seed.
The payloads have the shape of the real client's, and the database is made of them by the real collector.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from . import plan, shop, truth
from .weeks import play_all


@dataclass(frozen=True)
class Workshop:
    """The stream, the scene it happens in, and the truth about it.

    Attributes
    ----------
    project_dir, files, programs
        The scene: where, what is there, what can be run.
    events : list of dict
        ``{"t_ns": …, "payload": {…}}`` in the order of time.
    truth : dict
        What was planted, and the counts that came out.
    """

    project_dir: str
    files: dict[str, str]
    programs: tuple[str, ...]
    events: list[dict[str, Any]]
    truth: dict[str, Any]


@cache
def generate() -> Workshop:
    """Play the story.

    Returns
    -------
    Workshop
        The same on every machine and every Python from 3.11.
    """
    sessions = play_all()
    doubled = sessions[plan.DOUBLED].id
    events = sorted((event for one in sessions for event in one.events), key=lambda event: event.at_ms)
    stream = []
    for event in events:
        stream.append({"t_ns": event.at_ms * 1_000_000, "payload": event.payload})
        if event.payload["session_id"] == doubled:
            stream.append(stream[-1])
    return Workshop(
        shop.PROJECT_DIR,
        shop.files(),
        shop.PROGRAMS,
        stream,
        {
            "what": "made-up data: planted parameters and the counts that came out; nothing of it happened",
            "planted": planted(),
            "realised": truth.realised(events, len(stream) - len(events)),
        },
    )


def planted() -> dict[str, Any]:
    """Return every parameter of the plan by its name."""
    made: dict[str, Any] = {name.lower(): value for name, value in vars(plan).items() if name.isupper()}
    made["ladders"] = {name: asdict(ladder) for name, ladder in plan.LADDERS.items()}
    return made

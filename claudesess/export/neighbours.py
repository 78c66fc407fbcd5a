"""`claudesess trace`, `otlp` and `scout`: sessions as files that other people's tools open."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from claudesess import files
from claudesess.chosen import Chosen, Named, anonymising, databases_named, place_of, sessions_chosen
from claudesess.terminal import say, warn_of
from claudesess.text import ascii_json, count

if TYPE_CHECKING:
    from claudesess.export.sessions import Word

_FILE = click.Path(path_type=Path, dir_okay=False)
_KIND = ", with -anonymised or -of-sample in its name"


@click.command()
@click.argument("session")
@databases_named
@click.option("--out", type=_FILE, help="Here.  [default: trace-SESSION.json]")
@anonymising
@sessions_chosen
def trace(session: str, named: Named, out: Path | None, anonymise: bool, chosen: Chosen) -> None:
    """Write SESSION as a trace that Perfetto and Chrome open.

    SESSION is an id, or how it begins.

    Tracks of main thread and agents with their calls, who spawned whom, failures, prompts, compactions, how
    many agents ran at once, how large the context was. DATABASES are files, folders (searched for
    .claude-session.db) or globs; none: my data, the project here or what was imported.
    """
    from claudesess.export import sessions
    from claudesess.export import trace as tracing

    with chosen.open(named.find().paths) as store:
        found = list(sessions.sessions(store, session, word=_word(anonymise)))
        warn_of(store.list_problems())
    path = out or Path(f"trace-{re.sub(r'[^A-Za-z0-9]', '_', found[0].about.session_id[:8])}.json")
    _write(path, [json.dumps(tracing.trace(found), separators=(",", ":"))])
    say(f"Open {path.absolute()} in https://ui.perfetto.dev (which reads it in the browser)")


@click.command()
@databases_named
@click.option("--out", type=_FILE, help=f"Here [default: otlp.jsonl{_KIND}].")
@click.option("--session", help="Only this one, an id or how it begins.")
@anonymising
@sessions_chosen
def otlp(named: Named, out: Path | None, session: str | None, anonymise: bool, chosen: Chosen) -> None:
    """Write sessions as OpenTelemetry traces. OTLP as JSON, a session a line.

    Names are those of the conventions for generative AI. DATABASES are files, folders (searched for
    .claude-session.db) or globs; none: my data, the project here or what was imported.
    """
    from claudesess.export import otlp as telemetry
    from claudesess.export import sessions

    path = out or place_of("otlp.jsonl", is_anonymised=anonymise, is_sample=named.is_sample)
    with chosen.open(named.find().paths) as store:
        n = _write(path, telemetry.lines(sessions.sessions(store, session, word=_word(anonymise))))
        warn_of(store.list_problems())
    say(f"{path}: {count(n, 'session')}, each a trace")


@click.command()
@databases_named
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"Folder of the transcript database [default: scout{_KIND}].",
)
@anonymising
@sessions_chosen
def scout(named: Named, out: Path | None, anonymise: bool, chosen: Chosen) -> None:
    """Write sessions as a transcript database of inspect_scout.

    A row a session: project, model, times, tokens, counts; no messages, for none are recorded. DATABASES are
    files, folders (searched for .claude-session.db) or globs; none: my data, the project here or what was
    imported.
    """
    from claudesess.export import scout as scouting
    from claudesess.querying import answers

    with chosen.open(named.find().paths) as store:
        found = scouting.transcripts(store, word=_word(anonymise))
        warn_of(store.list_problems())
    folder = out or place_of("scout", is_anonymised=anonymise, is_sample=named.is_sample)
    folder.mkdir(parents=True, exist_ok=True)
    answers.parquet(found, folder / "claudesess.parquet")
    say(f"{folder}: {count(len(found), 'session')}; scout db validate {folder}")


def _word(anonymise: bool) -> Word:
    """Return what says as what texts are told."""
    if not anonymise:
        return str
    from claudesess import pseudonyms

    return pseudonyms.Pseudonyms(pseudonyms.key()).text


def _write(path: Path, written: Iterable[str]) -> int:
    """Write lines as a file, a whole one or none; return how many they were."""
    n = 0
    files.leave_alone(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="ascii", newline="\n") as file:
            for line in written:
                file.write(f"{ascii_json(line)}\n")
                n += 1
        part.replace(path)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written ({error.strerror or error}).") from error
    finally:
        part.unlink(missing_ok=True)
    return n

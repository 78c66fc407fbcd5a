"""What is asked of another machine or of a database: of which kind it is. Loaded where a command asks one."""

from claudesess_collector.command_programs import SETUP, Program, program
from claudesess_collector.command_split import flat, operands
from claudesess_collector.vocabulary import PROBE, RUN

_VALUED = "-i -p -l -o -F -J -L -R -D -b -c -E -e -I -m -O -Q -S -W -w -B".split()
_STATEMENTS = ("-c", "--command", "-e", "--execute")
_TAKE_IT_LAST = ("sqlite3", "duckdb")
_ASKS = ("select", "show", "explain", "describe", "desc", "pragma", "\\d", "\\l", "\\z", ".tables", ".schema")
_HOPS = 3  # machines behind one another that are looked at
_CHANGES = set("insert update delete drop alter create truncate replace into".split())
_NAMES_TABLE = ("from", "join")


def elsewhere(words: "list[str]") -> Program:
    """Return what `ssh` does on another machine: of the kind of what it runs there, and not the same as here."""
    command = " ".join(operands(words, valued=_VALUED)[1:])
    segments = flat(command) if command and words.count("ssh") < _HOPS else []
    runs = [found for found in map(program, segments) if found.kind != SETUP]
    done = [found for found in runs if found.kind != PROBE]
    if not runs or (any(segment.writes for segment in segments) and not done):
        return Program("ssh", RUN, "ssh", [])
    asked = [operand for found in runs for operand in found.operands]
    main = done[0] if done else runs[0]
    there = Program("ssh", main.kind, f"ssh {main.family}", main.operands if done else asked, main.category)
    there.runner, there.subcommand = main.runner, main.subcommand
    return there


def of_database(name: str, words: "list[str]") -> Program:
    """Return what is done with a database: a look into its tables, or anything else."""
    given = [value for option, value in zip(words, words[1:]) if option in _STATEMENTS]
    if not given and name in _TAKE_IT_LAST:
        given = operands(words)[1:]
    asked = " ".join(given).lower().replace("(", " ").split()
    if not asked or not asked[0].startswith(_ASKS) or not _CHANGES.isdisjoint(asked):
        return Program(name, RUN, name, [])
    tables = [table for before, table in zip(asked, asked[1:]) if before in _NAMES_TABLE]
    return Program(name, PROBE, f"{name} look", [table.strip(";,)\"'") for table in tables])

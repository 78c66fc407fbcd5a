"""A lake: what databases say, as Parquet files that anybody can read, and a manifest that says what they are.

Layout: docs/decisions/lake.md. A lake may come from anybody: only files that the manifest names are opened,
only where the layout has them, and none is believed whose bytes are not those that the manifest tells.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from claudesess import files
from claudesess.contracts import RAW, Contract, arrow
from claudesess.errors import DatabaseError
from claudesess.store.load import Part, Problem, TableFacts

FORMAT = 1
MANIFEST = "manifest.json"
#: Every export is a folder of its own in here, and one link says which is in force.
VERSIONS, CURRENT = ".lake", "current"
PROJECT, DAY = "lake_project", "lake_day"
#: Of a table, not of a derived relation: the place of a row in its table of its database, from 0.
PLACE = "lake_row"
#: What the folder of a value that is not known is called, by everybody's rules.
NOT_KNOWN = "__HIVE_DEFAULT_PARTITION__"

_MARK = "claudesess_lake"
_FILE = re.compile(
    rf"(?P<relation>[a-z_]+)/{PROJECT}=[\w%~-]+/{DAY}=(\d{{4}}-\d\d-\d\d|{NOT_KNOWN})/[0-9a-f]+\.parquet",
    re.ASCII,
)
_AGAIN = "Export it again: `claudesess export --parquet`."
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_MOST_NAME, _LETTERS = 200, 15  # a letter takes up to 12 characters


class LakeFile(NamedTuple):
    """One Parquet file: rows of one relation, of one database, of sessions that began on one day."""

    path: str
    relation: str
    db: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class LakeDatabase:
    """One database that is in a lake."""

    db: str
    path: str
    bytes: int
    writer: str | None
    state: str  # of the database when it was exported; empty where that has no name
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Pseudonymous:
    """How the texts of a lake were replaced."""

    level: str
    key: str  # a digest: it tells two keys apart, and is none


@dataclass(frozen=True)
class Manifest:
    """All that is said of a lake."""

    claudesess: str
    rules: str
    pseudonyms: Pseudonymous | None
    relations: Mapping[str, Any]
    databases: tuple[LakeDatabase, ...]
    unread: tuple[Problem, ...]  # what was named, and could not be read
    files: tuple[LakeFile, ...]

    def text(self) -> str:
        """Return it as it is written: what it says, and the digest of that."""
        fields: dict[str, Any] = {_MARK: FORMAT, **asdict(self)}
        fields["files"] = [one._asdict() for one in self.files]
        return json.dumps({**fields, "digest": _digest(fields)}, indent=1)


@dataclass(frozen=True, eq=False)
class Lake:
    """A lake as one export left it.

    Attributes
    ----------
    place
        Its folder, as it was named.
    root
        The folder of the export in force, from which paths are.
    manifest
        What that export says of itself.
    """

    place: Path
    root: Path
    manifest: Manifest

    def table(self, db: str, contract: Contract, target: Path) -> TableFacts:
        """Write the rows of a table of a database as one file, in their order; parts no good are left out.

        Raises
        ------
        DatabaseError
            The lake has been exported anew since it was opened.
        """
        import pyarrow.parquet as pq  # brings pandas; where there is no lake nobody needs it

        name = contract.name
        kinds = file_schema(contract)
        problems = [one for one in self.database(db).problems if one.table == name]
        tables = [kinds.empty_table()]
        for file in self._files.get((db, name), ()):
            try:
                tables.append(_checked(self.root / file.path, file, kinds))
            except (OSError, ValueError, pa.ArrowException) as error:
                self._check_in_force()
                reason = f"a part of the lake {_why(error)}, and was left out"
                problems.append(Problem(None, "", name, None, reason, "error", file.rows, file.path))
        whole = pa.concat_tables(tables).sort_by(PLACE).drop_columns(["db", PLACE])
        pq.write_table(whole, target / name, compression="zstd", compression_level=1)
        return TableFacts(whole.num_rows, tuple(problems), (Part(name, None, whole.num_rows),))

    def rows(self, db: str, name: str) -> int:
        """Count the rows of a table of a database, as the manifest tells."""
        return sum(one.rows for one in self._files.get((db, name), ()))

    def database(self, db: str) -> LakeDatabase:
        """Return what is said of a database."""
        return self._databases[db]

    @cached_property
    def _databases(self) -> dict[str, LakeDatabase]:
        return {one.db: one for one in self.manifest.databases}

    @cached_property
    def _files(self) -> dict[tuple[str, str], list[LakeFile]]:
        found: dict[tuple[str, str], list[LakeFile]] = {}
        for one in self.manifest.files:
            found.setdefault((one.db, one.relation), []).append(one)
        return found

    def _check_in_force(self) -> None:
        if not self.root.is_dir():
            raise DatabaseError(self.place, "has been exported anew", "Open it again.")


def is_lake(place: Path) -> bool:
    """Say whether a folder is a lake, be it a damaged one."""
    try:
        if (place / VERSIONS / CURRENT).is_symlink() or (place / VERSIONS / CURRENT).exists():
            return True
        with files.open_regular(place / MANIFEST) as file:
            return f'"{_MARK}"'.encode() in file.read(64)
    except (OSError, ValueError):
        return False


def read(place: Path) -> Lake:
    """Read the manifest of a lake; of the files nothing is read yet.

    Raises
    ------
    DatabaseError
        It is damaged, or of a format that is not known here.
    """
    manifest = place / MANIFEST
    try:
        root = files.real(manifest, strict=True).parent
        fields = json.loads(files.read_regular(manifest))
    except OSError as error:
        raise DatabaseError(manifest, files.reason(error), _AGAIN) from error
    except (ValueError, RecursionError) as error:
        raise DatabaseError(manifest, "is damaged", _AGAIN) from error
    if not isinstance(fields, dict) or fields.get(_MARK) != FORMAT:
        raise DatabaseError(manifest, "is of another format", _AGAIN)
    try:
        return Lake(place, root, _manifest(fields))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DatabaseError(manifest, "is damaged", _AGAIN) from error


def labelled(lakes: Iterable[Lake], taken: Iterable[str]) -> list[tuple[str, Lake, str]]:
    """Give each database of lakes a label of its own: the one that it has there, longer where that is taken.

    Returns
    -------
    list
        The label here, the lake, the label there.
    """
    seen = set(taken)
    found = []
    for lake in lakes:
        for one in lake.manifest.databases:
            names = (one.db, f"{lake.place.name}/{one.db}", f"{lake.place.absolute()}/{one.db}")
            label = next((name for name in names if name not in seen), names[-1])
            seen.add(label)
            found.append((label, lake, one.db))
    return found


def file_schema(contract: Contract) -> pa.Schema:
    """Return the columns of the files of a relation; those of a table have the places of rows, too."""
    kinds = arrow.schema(contract)
    return kinds.append(pa.field(PLACE, pa.int64())) if contract.name in RAW else kinds


def folder(name: str, value: str | None) -> str:
    """Return the folder of a partition: ``name=value``, percent-encoded as everybody reads it.

    Examples
    --------
    >>> folder("lake_project", "/home/dev/../a=b"), folder("lake_day", None)
    ('lake_project=%2Fhome%2Fdev%2F%2E%2E%2Fa%3Db', 'lake_day=__HIVE_DEFAULT_PARTITION__')
    """
    return f"{name}={NOT_KNOWN if value is None else _encoded(value)}"


def _encoded(value: str) -> str:
    letters = ["".join(map(_letter, letter.encode("utf-8", "backslashreplace"))) for letter in value]
    encoded = "".join(letters)
    if len(encoded) > _MOST_NAME:  # longer than a file system takes: what is cut off is in a digest
        digest = hashlib.sha256(value.encode("utf-8", "backslashreplace")).hexdigest()
        return f"{''.join(letters[:_LETTERS])}~{digest[:16]}"
    return f"~{encoded}" if encoded in ("", NOT_KNOWN) else encoded


def _letter(byte: int) -> str:
    return chr(byte) if byte in _PLAIN else f"%{byte:02X}"


def _checked(path: Path, file: LakeFile, kinds: pa.Schema) -> pa.Table:
    """Return the rows of a file whose bytes are those that the manifest tells."""
    import pyarrow.parquet as pq

    content = files.read_regular(path, file.bytes) if files.size(path) <= file.bytes else b""
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise ValueError("is damaged")
    table = pq.ParquetFile(pa.BufferReader(content)).read()
    if not table.schema.equals(kinds):
        raise ValueError("has other columns")
    table.validate(full=True)
    return table


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "is missing"
    if isinstance(error, OSError):
        return files.reason(error)
    return "is no sound Parquet" if isinstance(error, pa.ArrowException) else str(error)


def _manifest(fields: dict[str, Any]) -> Manifest:
    if fields.pop("digest") != _digest(fields):
        raise ValueError("the manifest is not as it was written")
    read_back = Manifest(
        fields["claudesess"],
        fields["rules"],
        Pseudonymous(**fields["pseudonyms"]) if fields["pseudonyms"] else None,
        fields["relations"],
        tuple(_database(one) for one in fields["databases"]),
        tuple(Problem(**one) for one in fields["unread"]),
        tuple(LakeFile(**one) for one in fields["files"]),
    )
    for file in read_back.files:
        found = _FILE.fullmatch(file.path)
        if found is None or found["relation"] != file.relation:
            raise ValueError("a file lies where no lake has one")
    if len({one.db for one in read_back.databases}) < len(read_back.databases):
        raise ValueError("two databases have one label")
    return read_back


def _database(fields: dict[str, Any]) -> LakeDatabase:
    return replace(LakeDatabase(**fields), problems=tuple(Problem(**one) for one in fields["problems"]))


def _digest(fields: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()

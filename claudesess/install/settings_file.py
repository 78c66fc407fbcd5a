"""A settings file on disk: read as it is, replaced as a whole, backed up before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from claudesess import files
from claudesess.errors import ClaudesessError
from claudesess.install import entries
from claudesess.install.registration import Registration

BACKUP_SUFFIX = ".claudesess-backup"
#: How a file ends that was made in a folder which was there before: `unregister` leaves that folder.
_IN_OLD_FOLDER = "\n\n"


class SettingsError(ClaudesessError):
    """A settings file that is left alone; the message names it, says why, and what to do."""


@dataclass(frozen=True)
class Change:
    """What became of a settings file.

    Attributes
    ----------
    path
        The file as it was named.
    is_changed
        Whether anything was written.
    backup
        Where the file is kept as it was before; None when there was none, or nothing was written.
    is_strict
        Whether the client reads the file: it takes neither comments nor trailing commas.
    """

    path: Path
    is_changed: bool
    backup: Path | None
    is_strict: bool


def register(path: Path, registration: Registration) -> Change:
    """Add our entries to a settings file; earlier ones of ours are replaced.

    Raises
    ------
    SettingsError
        The file cannot be read, understood or written; it is as it was.
    """
    before, base = _read(path)
    had_folder = path.parent.is_dir() if before is None else base is None and before.endswith(_IN_OLD_FOLDER)
    try:
        after = entries.added(base or "", registration)
    except entries.UnknownShapeError as error:
        raise _refused(path, str(error)) from None
    if had_folder and base is None:
        after = after.rstrip("\n") + _IN_OLD_FOLDER
    return _replace(path, before, base, after)


def unregister(path: Path) -> Change:
    """Take our entries out of a settings file; one that holds nothing else and was not there before goes.

    Raises
    ------
    SettingsError
        The file cannot be read, understood or written; it is as it was.
    """
    before, base = _read(path)
    change = _replace(path, before, base, base)
    if change.backup is not None and _text(change.backup) == base:
        change.backup.unlink()
        return replace(change, backup=None)
    return change


def holds_ours(path: Path) -> bool:
    """Say whether a settings file holds entries of ours; one that is not understood holds none."""
    try:
        return bool(entries.found(entries.settings_of(_text(path) or "").get("hooks")))
    except (SettingsError, entries.UnknownShapeError):
        return False


def _read(path: Path) -> tuple[str | None, str | None]:
    """Return the text of the file as it is, and as it is without our entries; None: there is no file."""
    before = _text(path)
    if before is None:
        return None, None
    try:
        ours = entries.found(entries.settings_of(before).get("hooks"))
        if not ours:
            return before, before
        earlier = _text(_backup(path)) if _backup(path).is_file() else None
        # Taken out of the text, our entries leave a file that means the same. Where the backup and they make
        # exactly this text, nothing else has changed, and the backup is the file to the last byte.
        for base in (earlier, None):
            added = _added_to(base, ours[0].registration)
            if added == before or (added and base is None and added.rstrip("\n") + _IN_OLD_FOLDER == before):
                return before, base
        return before, entries.removed(before)
    except entries.UnknownShapeError as error:
        raise _refused(path, str(error)) from None


def _added_to(base: str | None, registration: Registration) -> str | None:
    try:
        is_clean = not entries.found(entries.settings_of(base or "").get("hooks"))
        return entries.added(base or "", registration) if is_clean else None
    except entries.UnknownShapeError:
        return None


def _text(path: Path) -> str | None:
    try:
        return files.read_regular(path).decode("utf-8")
    except FileNotFoundError:
        if path.is_symlink():
            raise _refused(path, "is a link to a file that does not exist") from None
        return None
    except UnicodeDecodeError:
        raise _refused(path, "is not written in UTF-8") from None
    except OSError as error:
        raise _refused(path, f"cannot be read ({error.strerror})") from None


def _replace(path: Path, before: str | None, base: str | None, after: str | None) -> Change:
    """Put `after` in the place of the file, which held `before`, and `base` without our entries."""
    is_strict = after is None or entries.is_strict(after)
    if after == before:
        return Change(path, False, None, is_strict)
    real = files.real(path)
    backup = _backup(path)
    try:
        if before is not None:
            _check_writable(path, real)
        if base is not None and before is not None and not (backup.is_file() and _text(backup) == base):
            files.replace(backup, before.encode(), real)
        if _text(path) != before:
            raise _refused(path, "was changed by somebody else just now")
        if after is None:
            real.unlink()
            if before is not None and not before.endswith(_IN_OLD_FOLDER):
                files.remove_empty(path.parent)
        else:
            real.parent.mkdir(parents=True, exist_ok=True)
            files.replace(real, after.encode())
    except OSError as error:
        raise _refused(path, f"cannot be written ({error.strerror})") from None
    return Change(path, True, backup if backup.is_file() else None, is_strict)


def _check_writable(path: Path, real: Path) -> None:
    stat = real.stat()
    if not stat.st_mode & 0o222:
        raise _refused(path, "is read-only")
    if stat.st_nlink > 1:
        raise _refused(path, "is one of several hard links to a file, which a new file would part")


def _backup(path: Path) -> Path:
    return path.with_name(path.name + BACKUP_SUFFIX)


def _refused(path: Path, problem: str) -> SettingsError:
    return SettingsError(f"{path} {problem}. It was left as it is.")

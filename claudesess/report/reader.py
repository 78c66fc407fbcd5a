"""How data comes to a reader: times in a zone, and, where a page is to be shared, names as pseudonyms."""

from __future__ import annotations

import functools
import hashlib
import hmac
import os
import re
import secrets
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from claudesess_collector import vocabulary, vocabulary_keys
from markupsafe import Markup

from claudesess.contracts import CATEGORY, Contract
from claudesess.contracts.derived import FIRST_EVENTS, HAPPENINGS
from claudesess.estimating.sums import NOT_KNOWN

_NO_TEXT = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
#: What says nothing of anybody: numbers, dates, versions, the models of the client's maker.
_PUBLIC = re.compile(
    r"\d{1,6}|\d{4}-\d\d-\d\d|\d+(\.\d+){1,3}|claude-[a-z]+-[\d-]{1,20}|claude-[\d-]{1,12}[a-z]+[\d-]{0,12}"
)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{20,}|[0-9a-f]{12,}|toolu_\w+")
_AGENTS = ("main thread", "general-purpose", "Explore", "Plan", "statusline-setup", "output-style-setup")
_TOOLS = (
    "Glob", "Grep", "LS", "NotebookRead", "TodoWrite", "TodoRead", "KillShell", "BashOutput", "ExitPlanMode",
    "EnterPlanMode", "ToolSearch", "TaskList", "TaskGet", "TaskOutput",
)  # fmt: skip


def _words() -> frozenset[str]:
    """Return the words of the field itself, which are nobody's."""
    own = {
        word
        for name, value in vars(vocabulary).items()
        if name.isupper()
        for word in (value if isinstance(value, tuple) else (value,))
        if isinstance(word, str)
    }
    kinds = ("chains", "failed_paths", "files", "agents", "tasks", "verified", "all")
    return frozenset({*own, *vocabulary_keys.METRICS, *FIRST_EVENTS, *HAPPENINGS, *_AGENTS, *_TOOLS, *kinds,
                      NOT_KNOWN, "retried", "other", "clear", "logout", "prompt_input_exit"})  # fmt: skip


def zone_here() -> tzinfo:
    """Return the time zone of this machine, by its name where it has one."""
    name = os.environ.get("TZ", "").lstrip(":")
    if not name:
        name = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return datetime.now().astimezone().tzinfo or UTC


def key_of_user() -> bytes:
    """Return the user's own key for pseudonyms, so that they stay the same; made at the first time."""
    import platformdirs

    path = platformdirs.user_data_path("claudesess") / "pseudonyms.key"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    return path.read_bytes()


class Reader:
    """A reader of pages: where they are, and whether they may know names.

    Parameters
    ----------
    zone
        In which times are told, and days cut.
    key
        With a key, what is not public is told as a pseudonym; equal values have equal ones under one key.
    """

    def __init__(self, zone: tzinfo, key: bytes | None = None) -> None:
        self.zone, self._key = zone, key
        self._words = _words() if key else frozenset()
        self.text = functools.lru_cache(maxsize=None)(self._text)

    def __reduce__(self) -> tuple[type[Reader], tuple[tzinfo, bytes | None]]:
        return Reader, (self.zone, self._key)

    @property
    def is_stranger(self) -> bool:
        """Names are told as pseudonyms."""
        return self._key is not None

    def zone_name(self, at: pd.Timestamp | None = None) -> str:
        """Name the zone, with what it is ahead of UTC at a time."""
        if str(self.zone) in ("UTC", "Etc/UTC"):
            return "UTC"
        moment = at if at is not None and pd.notna(at) else pd.Timestamp.now("UTC")
        ahead = moment.tz_convert(self.zone).strftime("%z")
        return f"{self.zone} (UTC{ahead[:3]}:{ahead[3:]})"

    def local(self, time: pd.Timestamp) -> pd.Timestamp:
        """Return a time in the zone."""
        return time.tz_convert(self.zone)

    def clock(self, time: Any, form: str = "%Y-%m-%d %H:%M") -> str:
        """Print a time in the zone; what is not known is a dash."""
        return "–" if pd.isna(time) else self.local(time).strftime(form)

    def days(self, times: pd.Series) -> pd.Series:
        """Return the day of each time, cut in the zone."""
        days: pd.Series = times.dt.tz_convert(self.zone).dt.tz_localize(None).dt.floor("D")
        return days

    def drawn(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a frame whose times read as the zone's where they are drawn as UTC."""
        times = [str(name) for name in frame if isinstance(frame[name].dtype, pd.DatetimeTZDtype)]
        shown = {
            name: frame[name].dt.tz_convert(self.zone).dt.tz_localize(None).dt.tz_localize("UTC")
            for name in times
        }
        return frame.assign(**shown)

    def frame(self, frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
        """Return a frame as its reader may see it: as it is, or every text in it as a pseudonym.

        Parameters
        ----------
        frame
            Any frame.
        contract
            Says which values a category has: others in it are somebody's own.
        """
        if not self.is_stranger:
            return frame
        known = {column.name: column.values for column in contract.columns if column.dtype == CATEGORY}
        told: dict[str, Any] = {}
        for name, column in frame.items():
            if isinstance(column.dtype, pd.CategoricalDtype):
                own = [one for one in column.cat.categories if one not in known.get(str(name), ())]
                told[str(name)] = column.cat.rename_categories({one: self.text(one) for one in own})
            elif column.dtype == object:  # lists and dicts out of JSON
                told[str(name)] = None
            elif isinstance(column.dtype, pd.StringDtype):
                told[str(name)] = column.map(self.text, na_action="ignore").astype("string")
        return frame.assign(**told)

    def estimates(self, estimates: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
        """Return estimates as their reader may see them; `units` are what they are made of."""
        if not self.is_stranger:
            return estimates
        texts = [column for _, column in units.items() if not pd.api.types.is_numeric_dtype(column)]
        own = {
            one for column in texts if column.dtype != object for one in column.dropna().astype(str).unique()
        }
        told = {name: estimates[name].map(self.text, na_action="ignore") for name in ("group", "group_2")}
        outcome = estimates["outcome"].map(
            lambda one: self.text(one) if one in own else one, na_action="ignore"
        )
        return estimates.assign(**{k: v.astype("string") for k, v in {**told, "outcome": outcome}.items()})

    def _text(self, value: Any) -> str:
        """Return a text as it may be shown."""
        text = str(value)
        if self._key is None or text in self._words or _PUBLIC.fullmatch(text):
            return text
        digest = hmac.new(self._key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:10]
        if _ID.fullmatch(text):
            return digest
        is_path = re.fullmatch(r"[^\s]*[/\\][^\n]*", text) is not None
        return f"{'path' if is_path else 'text'}-{digest[:6]}"


def clean(value: Any) -> Any:
    """Take out of a text what is not seen: control characters, and those that turn the reading direction."""
    is_text = isinstance(value, str) and not isinstance(value, Markup)  # Markup is of the page itself
    return _NO_TEXT.sub("", value) if is_text else value

"""How data comes to a reader: times in a zone, and, where a page is to be shared, names as pseudonyms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

import pandas as pd
from markupsafe import Markup

from claudesess.contracts import CATEGORY, OBJECT, TEXT, Column, Contract
from claudesess.pseudonyms import Pseudonyms
from claudesess.zones import days

_NO_TEXT = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


Rows = Sequence[Mapping[str, Any]]
"""Rows of a relation as `Store.rows` returns them: plain values by name, None where nothing is known."""


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
        self.zone = zone
        self._pseudonyms = None if key is None else Pseudonyms(key)

    @property
    def is_stranger(self) -> bool:
        """Names are told as pseudonyms."""
        return self._pseudonyms is not None

    def text(self, value: Any) -> str:
        """Return a text as it may be shown."""
        return str(value) if self._pseudonyms is None else self._pseudonyms.text(value)

    def zone_name(self, at: pd.Timestamp | None = None) -> str:
        """Name the zone, with what it is ahead of UTC at a time."""
        if str(self.zone) in ("UTC", "Etc/UTC"):
            return "UTC"
        moment = at if at is not None and pd.notna(at) else pd.Timestamp.now("UTC")
        ahead = moment.tz_convert(self.zone).strftime("%z")
        return f"{self.zone} (UTC{ahead[:3]}:{ahead[3:]})"

    def local(self, time: datetime) -> datetime:
        """Return a time in the zone."""
        return time.astimezone(self.zone)

    def clock(self, time: Any, form: str = "%Y-%m-%d %H:%M") -> str:
        """Print a time in the zone; what is not known is a dash."""
        return "–" if pd.isna(time) else self.local(time).strftime(form)

    def days(self, times: pd.Series) -> pd.Series:
        """Return the day of each time, cut in the zone."""
        return days(times, self.zone)

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
        declared = {column.name: column.values for column in contract.columns if column.dtype == CATEGORY}
        columns: dict[str, Any] = {}
        for name, column in frame.items():
            if isinstance(column.dtype, pd.CategoricalDtype):
                own = [one for one in column.cat.categories if one not in declared.get(str(name), ())]
                columns[str(name)] = column.cat.rename_categories({one: self.text(one) for one in own})
            elif column.dtype == object:  # lists and dicts out of JSON
                columns[str(name)] = None
            elif isinstance(column.dtype, pd.StringDtype):
                columns[str(name)] = column.map(self.text, na_action="ignore").astype("string")
        return frame.assign(**columns)

    def rows(self, rows: Rows, contract: Contract) -> Rows:
        """Return rows of a relation as their reader may see them: as `frame` does."""
        if not self.is_stranger:
            return rows
        return [
            {column.name: self._value(row[column.name], column) for column in contract.columns}
            for row in rows
        ]

    def _value(self, value: Any, column: Column) -> Any:
        is_own = column.dtype == TEXT or (column.dtype == CATEGORY and value not in column.values)
        if value is None or column.dtype == OBJECT:
            return None
        return self.text(value) if is_own else value

    def estimates(self, estimates: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
        """Return estimates as their reader may see them; `units` are what they are made of."""
        if not self.is_stranger:
            return estimates
        texts = [column for _, column in units.items() if not pd.api.types.is_numeric_dtype(column)]
        own = {
            one for column in texts if column.dtype != object for one in column.dropna().astype(str).unique()
        }
        columns = {name: estimates[name].map(self.text, na_action="ignore") for name in ("group", "group_2")}
        outcome = estimates["outcome"].map(
            lambda one: self.text(one) if one in own else one, na_action="ignore"
        )
        return estimates.assign(**{k: v.astype("string") for k, v in {**columns, "outcome": outcome}.items()})


def clean(value: Any) -> Any:
    """Take out of a text what is not seen: control characters, and those that turn the reading direction."""
    is_text = isinstance(value, str) and not isinstance(value, Markup)  # Markup is of the page itself
    return _NO_TEXT.sub("", value) if is_text else value

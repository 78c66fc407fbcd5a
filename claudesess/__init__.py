"""Look back at what coding agents did: parallel work, retry escalation, what compaction lost.

Four lines lead from a session database to a chart::

    store = claudesess.open_store("~/projects")        # files, folders, globs; the files stay untouched
    answer = claudesess.ask(store, "retry_escalation.outcome_by_attempt", by="agent_type")
    answer.estimates # typed frames: answer.units, and one per relation in frames
     answer.chart()

Without a database of your own: ``claudesess.samples.open_sample("retry")``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from claudesess import collector as _collector

if TYPE_CHECKING:
    from claudesess import charts, contracts, metrics, samples, stats
    from claudesess.asking.answer import ask
    from claudesess.asking.compare import compare
    from claudesess.asking.findings import findings
    from claudesess.asking.listing import measures
    from claudesess.asking.overview import overview
    from claudesess.asking.splits import splits
    from claudesess.asking.trend import trend
    from claudesess.errors import ClaudesessError
    from claudesess.export.parquet import export_parquet
    from claudesess.gathering.fleet import fleet
    from claudesess.lab.explorer import explore
    from claudesess.relations import frames
    from claudesess.relations.frames import describe
    from claudesess.store import Store, open_store

__version__ = "0.1.0"

__all__ = [
    "ClaudesessError",
    "Store",
    "ask",
    "charts",
    "compare",
    "contracts",
    "describe",
    "explore",
    "export_parquet",
    "findings",
    "fleet",
    "frames",
    "measures",
    "metrics",
    "open_store",
    "overview",
    "samples",
    "splits",
    "stats",
    "trend",
]

# Looked up on first use: importing claudesess loads neither pandas nor duckdb nor altair.
_MODULES = {"frames": "relations.frames"}
_OBJECTS = {
    "ClaudesessError": "errors",
    "Store": "store",
    "ask": "asking.answer",
    "compare": "asking.compare",
    "describe": "relations.frames",
    "explore": "lab.explorer",
    "export_parquet": "export.parquet",
    "findings": "asking.findings",
    "fleet": "gathering.fleet",
    "measures": "asking.listing",
    "open_store": "store",
    "overview": "asking.overview",
    "splits": "asking.splits",
    "trend": "asking.trend",
}

_EXTRAS = {"explore": "notebook"}

_collector.load()


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in _EXTRAS:
        value = _of_extra(name, _EXTRAS[name])
    else:
        module = importlib.import_module(f"{__name__}.{_OBJECTS.get(name) or _MODULES.get(name, name)}")
        value = getattr(module, name) if name in _OBJECTS else module
    globals()[name] = value
    return value


def _of_extra(name: str, extra: str) -> Any:
    """Return an object, or what says which extra it needs: names can be listed without it, too."""
    from claudesess import extras

    try:
        with extras.needed(extra, f"claudesess.{name}"):
            return getattr(importlib.import_module(f"{__name__}.{_OBJECTS[name]}"), name)
    except extras.MissingExtraError as error:
        return extras.stand_in(name, error)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""Tokens that were spent, and, with a price table that somebody gives, what they cost.

Prices change, differ by contract, and stand in no database: without a table there is no amount of money.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from claudesess_collector import vocabulary

from claudesess import files, text
from claudesess.errors import ClaudesessError

KINDS = vocabulary.TOKENS
"""Kinds of tokens, as `model_answers` has them, each with ``_tokens`` behind."""

_WORDS = {
    "input": "read",
    "output": "written",
    "cache_read": "read from the cache",
    "cache_write": "kept in the cache",
}
_PER = 1_000_000
_FORM = (
    'A price table is TOML: currency = "USD", then for each model [models."NAME"] with input, output, '
    "cache_read and cache_write, each a price per million tokens."
)
_NO_MODEL = "a model that is not known"


class Prices(NamedTuple):
    """A price table: what a million tokens of a model cost; ``*`` ends the beginning of several names."""

    currency: str
    models: Mapping[str, Mapping[str, Decimal]]

    def of(self, model: str) -> Mapping[str, Decimal]:
        """Return the prices of a model: those of its name, else of the longest beginning that fits.

        Examples
        --------
        >>> prices = Prices("USD", {"opus-*": {"input": Decimal(5)}, "opus-4": {"input": Decimal(15)}})
        >>> [prices.of(name).get("input") for name in ("opus-4", "opus-4-1", "haiku")]
        [Decimal('15'), Decimal('5'), None]
        """
        if model in self.models and not model.endswith("*"):
            return self.models[model]
        fitting = [name for name in self.models if name.endswith("*") and model.startswith(name[:-1])]
        return self.models[max(fitting, key=len)] if fitting else {}


class Cost(NamedTuple):
    """What tokens cost; `unpriced` names what the table does not, so that `amount` is at least that."""

    amount: Decimal
    currency: str
    unpriced: tuple[str, ...]


def prices(path: Path) -> Prices:
    """Read a price table.

    Parameters
    ----------
    path
        A TOML file: ``currency``, and a table per model below ``models``, with the prices of a million tokens
        by `KINDS`. A name that ends with ``*`` stands for all models that begin so; the longest one counts,
        and before it the model's own name. A kind that is left out has no price.

    Raises
    ------
    ClaudesessError
        It cannot be read, or is no such table; the message says what one is.
    """
    try:
        read = tomllib.loads(files.read_regular(path).decode(), parse_float=Decimal)
    except OSError as error:
        raise ClaudesessError(f"{path} cannot be read ({error.strerror or error}).") from error
    except (ValueError, RecursionError) as error:
        raise ClaudesessError(f"{path} is no TOML ({error}). {_FORM}") from error
    fault = next(_faults(read), None)
    if fault is not None:
        raise ClaudesessError(f"{path}: {fault}. {_FORM}")
    models = {
        name: {kind: Decimal(price) for kind, price in own.items()} for name, own in read["models"].items()
    }
    return Prices(read["currency"], models)


def _faults(read: dict[str, Any]) -> Iterator[str]:
    others = sorted(read.keys() - {"currency", "models"})
    if others:
        yield f"{others[0]!r} is neither currency nor models"
    if not isinstance(read.get("currency"), str) or not read["currency"].strip():
        yield "there is no currency"
    models = read.get("models")
    if not isinstance(models, dict) or not models:
        yield "there are no models"
        return
    for name, own in models.items():
        if not isinstance(own, dict):
            yield f"{name!r} has no prices"
            continue
        for kind, price in own.items():
            if kind not in KINDS:
                yield f"{kind!r} of {name!r} is none of {', '.join(KINDS)}"
            elif isinstance(price, bool) or not isinstance(price, (int, Decimal)):
                yield f"{kind} of {name!r} is no number"
            elif not math.isfinite(price) or price < 0:
                yield f"{kind} of {name!r} is no price"


def by_model(answers: pd.DataFrame) -> pd.DataFrame:
    """Add up tokens by model.

    Parameters
    ----------
    answers
        Rows of `model_answers`.

    Returns
    -------
    DataFrame
        One row per model, the one that took the most first: `model` (NA: not known), `n_answers`, and a sum
        of each kind; numbers that a transcript does not give are not in it.
    """
    names = [f"{kind}_tokens" for kind in KINDS]
    counted = answers.assign(n_answers=1)[["model", "n_answers", *names]]
    summed = counted.groupby("model", dropna=False, observed=True, as_index=False).sum()
    order = summed[names].sum(axis=1).sort_values(ascending=False, kind="stable").index
    return summed.loc[order].reset_index(drop=True)


def cost(answers: pd.DataFrame, table: Prices) -> Cost:
    """Price tokens.

    Parameters
    ----------
    answers
        Rows of `model_answers`.
    table
        What `prices` read.
    """
    amount, unpriced = Decimal(0), []
    for row in by_model(answers).to_dict("records"):
        name = _NO_MODEL if pd.isna(row["model"]) else str(row["model"])
        own = {} if pd.isna(row["model"]) else table.of(name)
        used = {kind: int(row[f"{kind}_tokens"]) for kind in KINDS if row[f"{kind}_tokens"]}
        amount += sum((own[kind] * n / _PER for kind, n in used.items() if kind in own), Decimal(0))
        left = {kind: n for kind, n in used.items() if kind not in own}
        if left:
            of = "" if not own else f", {' and '.join(_WORDS[kind] for kind in left)}"
            unpriced.append(f"{name}{of} ({text.count(sum(left.values()), 'token')})")
    return Cost(amount, table.currency, tuple(unpriced))


def lines(answers: pd.DataFrame, table: Prices | None) -> list[str]:
    r"""Say in a line what was spent by each model, and in another what it cost where there are prices.

    Parameters
    ----------
    answers
        Rows of `model_answers`.
    table
        What `prices` read; None: no money.

    Examples
    --------
    >>> row = {"model": "opus-4", "input_tokens": 1000, "output_tokens": 250, "cache_read_tokens": 0}
    >>> rows = pd.DataFrame([{**row, "cache_write_tokens": 0}])
    >>> print(*lines(rows, Prices("USD", {"opus-*": {"input": Decimal(5)}})), sep="\n")
    opus-4: 1,000 tokens read, 250 written (1 answer)
    Cost: at least 0.0050 USD; no price for opus-4, written (250 tokens)
    """
    if answers.empty:
        return ["not known: only transcripts tell of tokens (claudesess import)."]
    lines = []
    for row in by_model(answers).to_dict("records"):
        name = _NO_MODEL if pd.isna(row["model"]) else str(row["model"])
        used = [(int(row[f"{kind}_tokens"]), word) for kind, word in _WORDS.items() if row[f"{kind}_tokens"]]
        amounts = ", ".join(
            f"{n:,}{'' if place else ' tokens'} {word}" for place, (n, word) in enumerate(used)
        )
        lines.append(f"{name}: {amounts or 'no tokens'} ({text.count(int(row['n_answers']), 'answer')})")
    if table is None:
        return lines
    spent = cost(answers, table)
    if not spent.unpriced:
        return [*lines, f"Cost: {_amount(spent)}"]
    named = f"no price for {', '.join(spent.unpriced)}"
    return [*lines, f"Cost: at least {_amount(spent)}; {named}" if spent.amount else f"Cost: {named}"]


def _amount(spent: Cost) -> str:
    return f"{spent.amount:,.{2 if spent.amount >= 1 else 4}f} {spent.currency}"

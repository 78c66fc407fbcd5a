"""Tokens and what they cost: by a table that somebody gives, what it does not price by name."""

from __future__ import annotations

import os
from decimal import Decimal

import pandas as pd
import pytest
from handmade import lines, shown, table
from tables import each_row

from claudesess import ClaudesessError, contracts, spending
from claudesess.spending import Prices

TABLE = """
currency = "USD"

[models."opus-4"]
input = 15
output = 75.0
cache_read = 1.5
cache_write = 18.75

[models."haiku*"]
input = 0.1
"""
ANSWERS = table("""
    model,input_tokens,output_tokens,cache_read_tokens,cache_write_tokens
    opus-4,1000,200,100000,0
    haiku-3,3000,,,
    opus-4,,100,0,4000
    ,7,0,0,0
    sonnet,50,1,0,0
""").convert_dtypes()


@pytest.fixture
def prices(tmp_path):
    (tmp_path / "prices.toml").write_text(TABLE)
    return spending.prices(tmp_path / "prices.toml")


def test_tokens_are_added_up_by_model_the_most_first():
    assert shown(spending.by_model(ANSWERS)) == lines("""
        model,n_answers,input_tokens,output_tokens,cache_read_tokens,cache_write_tokens
        opus-4,2,1000,300,100000,4000
        haiku-3,1,3000,0,0,0
        sonnet,1,50,1,0,0
        ,1,7,0,0,0
    """)


def test_what_has_a_price_is_priced_exactly_and_the_rest_is_named(prices):
    # opus: 15 * 1000 + 75 * 300 + 1.5 * 100000 + 18.75 * 4000 = 262,500; haiku: 0.1 * 3000 = 300 millionths
    assert spending.cost(ANSWERS, prices) == (
        Decimal("0.2628"),
        "USD",
        ("sonnet (51 tokens)", "a model that is not known (7 tokens)"),
    )


def test_what_is_said(prices):
    assert spending.lines(ANSWERS.head(3), prices) == [
        "opus-4: 1,000 tokens read, 300 written, 100,000 read from the cache, 4,000 kept in the cache (2 answers)",
        "haiku-3: 3,000 tokens read (1 answer)",
        "Cost: 0.2628 USD",
    ]
    assert spending.lines(ANSWERS.tail(1), prices)[1:] == ["Cost: no price for sonnet (51 tokens)"]
    assert not any("Cost" in line for line in spending.lines(ANSWERS, None))


def test_a_kind_without_a_price_is_named_with_its_model(prices):
    answers = ANSWERS.iloc[[1]].assign(output_tokens=5)
    assert spending.lines(answers, prices)[1] == "Cost: at least 0.0003 USD; no price for haiku-3, written (5 tokens)"  # fmt: skip


def test_without_transcripts_tokens_are_not_known_rather_than_none(prices):
    empty = contracts.RELATIONS["model_answers"].empty()
    assert spending.lines(empty, prices) == [
        "not known: only transcripts tell of tokens (claudesess import)."
    ]


@each_row(("name", "price"), [("opus-4", 1), ("opus-4-1", 3), ("opus-5", 2), ("opu", None), ("Opus-4", None)])
def test_the_longest_beginning_counts_and_before_it_the_own_name(name, price):
    models = {
        name: {"input": Decimal(price)} for name, price in (("opus-4", 1), ("opus*", 2), ("opus-4-*", 3))
    }
    assert Prices("USD", models).of(name).get("input") == price


@each_row(
    ("written", "said"),
    [
        ("", "there is no currency"),
        ("currency = 'USD'", "there are no models"),
        ("currency = 'USD'\nmodels = 3", "there are no models"),
        ("currency = ''\n[models.a]\ninput = 1", "there is no currency"),
        ("currency = 'USD'\nper = 1000\n[models.a]\ninput = 1", "'per' is neither"),
        ("currency = 'USD'\n[models]\na = 3", "'a' has no prices"),
        ("currency = 'USD'\n[models.a]\ninputs = 1", "'inputs' of 'a' is none of input, output"),
        ("currency = 'USD'\n[models.a]\ninput = '1'", "input of 'a' is no number"),
        ("currency = 'USD'\n[models.a]\ninput = true", "input of 'a' is no number"),
        ("currency = 'USD'\n[models.a]\ninput = -1", "input of 'a' is no price"),
        ("currency = 'USD'\n[models.a]\ninput = nan", "input of 'a' is no price"),
        ("currency = 'USD'\n[models.a]\ninput = inf", "input of 'a' is no price"),
        ("currency", "is no TOML"),
        (b"\xff", "is no TOML"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_price_table_is_said(tmp_path, written, said):
    path = tmp_path / "prices.toml"
    if written is not None:
        path.write_bytes(written.encode() if isinstance(written, str) else written)
    with pytest.raises(ClaudesessError, match=said) as error:
        spending.prices(path)
    assert str(path) in str(error.value)


def test_no_answers_of_a_model_are_no_cost(prices):
    assert spending.cost(pd.DataFrame(ANSWERS.head(0)), prices) == (Decimal(0), "USD", ())


@each_row(
    "lay",
    [
        os.mkfifo,
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to(path.name),
        lambda path: path.mkdir(),
        lambda path: path.touch() or os.truncate(path, 8 << 30),
    ],
)
def test_what_is_no_table_of_prices_is_not_read(tmp_path, lay):
    lay(tmp_path / "prices.toml")
    with pytest.raises(ClaudesessError, match=r"prices\.toml cannot be read"):
        spending.prices(tmp_path / "prices.toml")

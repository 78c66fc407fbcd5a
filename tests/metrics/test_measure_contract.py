"""What every measure and view promises, whichever it is: they are found by listing their folders."""

import ast
import importlib
import inspect
from collections import Counter
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
from asked import Asked
from counts import by_run, by_turns, some
from handmade import store_of
from pandas.testing import assert_frame_equal
from tables import each_row

from claudesess import ask, open_store, samples
from claudesess.asking import filters, findings, listing, options
from claudesess.contracts import ESTIMATES, RELATIONS, SUMS, Units
from claudesess.errors import QuestionError
from claudesess.estimating import Relation, stacked, words
from claudesess.estimating.advice import Cost
from claudesess.report import strips

NAMES = [name for question in listing.questions() for name in listing.names(question)]
MEASURES = [name for name in NAMES if not listing.measure(name).is_view]
ADVISED = [name for name in MEASURES if hasattr(listing.measure(name).module, "advice")]
MEASURE = {"UNITS", "units", "sums", "estimate", "control", "chart", "finding", "CAPTIONS"}
MAY = {"advice", "NOTHING"}
VIEW = {"UNITS", "units", "chart"}

#: Measures that count and claim nothing beyond it: a sentence says so in the place of a control.
COUNTS = {
    name for name in MEASURES if isinstance(getattr(listing.measure(name).module, "control", None), str)
}


#: Measures whose control is drawn from calls and compactions, two queries more.
PLACEBO = {
    f"compaction_continuity.{name}"
    for name in ("failures_around", "fixed", "repeats", "rereads", "time_to_recover")
}


#: Measures whose control asks the engine for something else than the units of the result.
DRAWN_BY_SQL = {"checks.hidden_status", "files.overwritten", "retry_escalation.after_an_escalation"}


#: Measures of what only transcripts tell: samples, which hooks recorded, have no units of theirs.
OF_TRANSCRIPTS = {"compaction_continuity.context_size"}


#: Samples whose measures are asked one by one: `make stress` asks all.
SAMPLES = by_run(
    few=("other-writer", "workshop"),
    full=("compaction", "retry", "crash", "other-writer", "workshop"),
)


def sample(name):
    """Return a sample whose measures one process shapes."""
    return pytest.param(name, marks=[pytest.mark.xdist_group(f"measures of {name}"), pytest.mark.slow])


@pytest.fixture(scope="module", params=map(sample, SAMPLES))
def store(request):
    with samples.open_sample(request.param) as opened:
        yield Asked(opened)


@pytest.fixture(scope="module")
def everything():
    with open_store(*map(samples.sample_path, samples.names())) as opened:
        yield Asked(opened)


@pytest.fixture(scope="module")
def alone():
    """Return two samples, each asked alone."""
    with samples.open_sample("edges") as edges, samples.open_sample("compaction") as compaction:
        yield {"edges": Asked(edges), "compaction": Asked(compaction)}


@pytest.fixture(scope="module")
def few_and_more():
    """Return a store of one database and another of two."""
    paths = [[samples.sample_path(name) for name in names] for names in (["crash"], ["compaction", "edges"])]
    with open_store(*paths[0]) as few, open_store(*paths[1]) as more:
        yield few, more


@pytest.fixture(scope="module")
def nothing(tmp_path_factory):
    with store_of(tmp_path_factory.mktemp("empty"), "") as opened:
        yield opened


def of_all(test):
    """Mark a test of all samples at once: one process opens them."""
    return pytest.mark.slow(pytest.mark.xdist_group("measures of all")(test))


MANY = 6  # values of a covariate that are asked for one by one


def module(name):
    return listing.measure(name).module


def defined(name):
    found = set()
    for node in ast.parse(Path(module(name).__file__).read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
        found |= {getattr(target, "id", getattr(target, "name", None)) for target in targets}
    return {one for one in found if one and not one.startswith("_")}


def test_there_are_measures_and_views():
    assert len(MEASURES) >= 15
    assert "agent_throughput.timeline" in set(NAMES) - set(MEASURES)


@each_row("name", NAMES)
def test_exactly_the_parts_of_a_measure_are_public(name):
    own = defined(name)
    assert own == VIEW if listing.measure(name).is_view else own - MAY == MEASURE


@each_row("name", NAMES)
def test_units_are_a_contract_of_the_file_s_name_with_units_and_docs(name):
    units = module(name).UNITS
    assert isinstance(units, Units)
    assert f"claudesess.metrics.{units.name}" == module(name).__name__
    assert units.key
    numbers = [c for c in units.columns if c.dtype in ("Int64", "Float64") and not c.name.endswith("_id")]
    assert [column.name for column in numbers if not column.unit] == []
    assert not set(units.names) & set(listing.OF_SESSIONS)


@each_row("name", NAMES)
def test_parameters_are_relations_and_options_have_defaults(name):
    measure = listing.measure(name)
    assert [one for one in measure.relations if one not in RELATIONS] == []
    for option, (hint, default) in options.of(module(name).units).items():
        options.require(module(name).units, {option: default})
        assert hint in (int, str) or hint.__origin__


@each_row("name", NAMES)
def test_the_chart_takes_what_there_is(name):
    wanted = ["units"] if listing.measure(name).is_view else ["estimates", "units"]
    assert list(inspect.signature(module(name).chart).parameters) == wanted


def test_every_measure_that_claims_more_than_a_count_has_a_control():
    controls = {name: module(name).control for name in MEASURES}
    for name in COUNTS:
        assert "nothing is claimed" in controls[name] and controls[name].endswith("."), name
        assert not hasattr(module(name), "advice"), f"{name} tells what to do, and so has to draw a control"
    for name in set(MEASURES) - COUNTS:
        assert set(controls[name].relations) <= set(RELATIONS), name


def test_no_measure_goes_through_rows_or_groups():
    """Not in the parts that compute: charts and findings may print the few rows that they show."""
    for name in MEASURES:
        for part in ("units", "sums", "estimate", *(() if name in COUNTS else ("control",))):
            function = getattr(module(name), part)
            tree = ast.parse(inspect.getsource(getattr(function, "draw", function)))
            loops = [node for node in ast.walk(tree) if isinstance(node, (ast.For, ast.While))]
            over = {ast.unparse(loop.iter) for loop in loops if isinstance(loop, ast.For)}
            assert not {"itertuples", "iterrows", "apply", "to_dict"} & {
                getattr(node, "attr", "") for node in ast.walk(tree)
            }
            assert over <= {"_PREFIX.items()", "('calls', 's')"}, (name, part)


@pytest.mark.parametrize("name", MEASURES)
def test_units_sums_and_estimates_fit_their_contracts(store, name):
    answer = store(name)
    own = answer.measure.units
    units = answer.units[own.names]
    assert_frame_equal(own.cast(units), units)
    assert not units.duplicated(list(own.key)).any()
    sums = module(name).sums(answer.units)
    assert_frame_equal(SUMS.cast(sums), sums)
    assert not sums.duplicated(list(SUMS.key)).any()
    assert_frame_equal(ESTIMATES.cast(answer.estimates), answer.estimates)
    assert not answer.estimates.duplicated(list(ESTIMATES.key)).any()
    required = [column.name for column in ESTIMATES.columns if not column.nullable]
    assert not answer.estimates[required].isna().any(axis=None)
    assert set(answer.estimates["question"] + "." + answer.estimates["measure"]) <= {name}


@pytest.mark.parametrize("name", sorted(set(MEASURES) - COUNTS))
def test_controls_are_estimates_beside_the_result(store, name):
    answer = store(name)
    rows = answer.control
    assert_frame_equal(ESTIMATES.cast(rows), rows)
    assert not rows.duplicated(list(ESTIMATES.key)).any()
    assert set(rows["role"]) <= {"control", "difference"}
    keys = ["group", "group_2", "outcome", "statistic", "horizon", "unit"]
    both = answer.estimates.merge(rows[rows["role"] == "control"], on=keys, suffixes=("", "_control"))
    gaps = rows[rows["role"] == "difference"].merge(both, on=keys, suffixes=("_gap", ""))
    is_of_all = gaps["n_units_gap"] == gaps["n_units"]  # where some have no placebo, they are left out
    assert is_of_all.all() or "continuity" in name
    expected = (gaps["estimate"] - gaps["estimate_control"]).astype(float)[is_of_all]
    found = gaps["estimate_gap"].astype(float)[is_of_all]
    assert found.tolist() == pytest.approx(expected.tolist(), nan_ok=True)
    assert not (rows["low"] > rows["estimate"] + 1e-9).fillna(False).any()
    assert not (rows["high"] < rows["estimate"] - 1e-9).fillna(False).any()


@pytest.mark.parametrize("name", MEASURES)
def test_limits_are_on_either_side_and_shares_are_shares(store, name):
    rows = store(name).estimates
    assert not (rows["low"] > rows["estimate"] + 1e-9).fillna(False).any()
    assert not (rows["high"] < rows["estimate"] - 1e-9).fillna(False).any()
    shares = rows[(rows["unit"] == "share") & (rows["role"] == "estimate")]
    assert shares["estimate"].dropna().between(0, 1).all()


@pytest.mark.parametrize("name", ADVISED)
def test_advice_is_of_numbers_with_a_cost_a_next_step_and_rows(store, name):
    answer = store(name)
    advice = module(name).advice(answer.estimates, answer.units)
    assert advice.cost in get_args(Cost)
    assert advice.each > 0 or not advice.events.fillna(0).any()
    assert advice.events.index.equals(answer.units.index)
    assert (advice.events.fillna(0).astype(float) >= 0).all()
    claims = findings.claims_of(answer, advice)
    assert_frame_equal(ESTIMATES.cast(claims), claims)
    for _, claim in claims.iterrows():
        step = advice.step if isinstance(advice.step, str) else advice.step(claim)
        said = findings.said_of(answer, advice, claim)
        assert len(said.title) <= words.MOST_TITLE
        said = str(said)
        assert not step or step[0].isupper()
        assert "\n" not in step
        assert step == "" or step.endswith((".", "”"))
        assert said.endswith(".")
        assert "nan" not in said + step
        assert "<NA>" not in said + step


@pytest.mark.slow
@pytest.mark.parametrize("name", ADVISED)
def test_nothing_recorded_is_nothing_advised(nothing, name):
    answer = ask(nothing, name)
    advice = module(name).advice(answer.estimates, answer.units)
    assert findings.claims_of(answer, advice).empty


@pytest.mark.parametrize("name", MEASURES)
def test_the_words_are_a_short_title_and_sentences_below_it(store, name):
    said = store(name).statement
    for part in (said.title, said.detail, said.sure):
        assert "\n" not in part and "nan" not in part and "<NA>" not in part and part.count("`") % 2 == 0
    assert len(said.title) <= words.MOST_TITLE and not said.title.endswith(".")
    assert all(part == "" or part.endswith(".") for part in (said.detail, said.sure))
    assert bool(said) == bool(said.title)


@pytest.mark.parametrize("name", MEASURES)
def test_what_the_words_are_about_is_drawn_first(store, name):
    answer = store(name)
    said = answer.wording
    shown = [
        strip
        for block in strips.blocks(answer.estimates, said, {}, answer.measure.captions)
        for strip in block.strips
    ]
    assert shown or not said
    assert [strip.is_told for strip in shown] == [
        bool(said.about) and place == 0 for place in range(len(shown))
    ]
    first = said.first(answer.estimates)
    told = [key for key in said.about if key in words.keys_of(answer.estimates)]
    assert words.keys_of(first)[: len(told)] == told


@pytest.mark.parametrize("name", NAMES)
def test_the_chart_is_valid_titled_and_adds_nothing_up(store, name):
    spec = store(name).chart().to_dict()
    assert "".join(spec["title"]["text"])
    assert '"aggregate"' not in str(spec) and "'aggregate'" not in str(spec)


@of_all
@pytest.mark.parametrize(
    ("name", "by"),
    [
        *((name, ("db", "source")) for name in MEASURES),
        *some([(name, by) for name in MEASURES for by in ("db", None)], 10),
    ],
)
def test_groups_are_drawn_and_said_too(everything, name, by):
    answer = everything(name, by=by)
    assert answer.chart().to_dict(validate=False)["vconcat"]  # that it is valid is held by the sample's own
    said = answer.finding()
    assert "nan" not in said and "<NA>" not in said
    assert by is None or not said or ": " in said


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_nothing_recorded_is_an_answer_without_rows_and_a_chart_that_says_so(nothing, name):
    answer = ask(nothing, name)
    assert answer.units.empty
    if name in MEASURES:
        assert_frame_equal(answer.estimates, ESTIMATES.empty())
        assert answer.finding() == ""
    spec = answer.chart().to_dict()
    assert {panel["mark"]["type"] for panel in spec["vconcat"]} == {"text"}


@of_all
@pytest.mark.parametrize("name", NAMES)
def test_two_databases_are_each_of_them_one_below_the_other(everything, alone, name):
    both = everything(name).units
    for sample, asked in alone.items():
        own = asked(name).units
        assert_frame_equal(both[both["db"] == sample].reset_index(drop=True), own, check_categorical=False)


@of_all
@pytest.mark.parametrize("name", sorted(set(MEASURES) - OF_TRANSCRIPTS))
def test_sums_of_two_databases_are_the_sums_of_each(everything, name):
    answer = everything(name)
    sums = module(name).sums
    parts = [sums(part) for _, part in answer.units.groupby("db", sort=False)]
    one, each = (module(name).estimate(rows) for rows in (sums(answer.units), stacked(*parts)))
    keys = ["role", "group", "outcome", "statistic", "horizon", "unit"]
    one, each = (rows.sort_values(keys, ignore_index=True) for rows in (one, each))
    assert_frame_equal(one, each)


def whole(rows, number="n_units"):
    """Sum a number over groups: the most of each outcome's horizons, and of each statistic."""
    columns = (
        rows[name].tolist() for name in ("role", "outcome", "statistic", "unit", "group", "group_2", number)
    )
    most, total = {}, Counter()
    for *key, n in zip(*columns, strict=True):  # for these few rows a frame takes ten times as long
        named = tuple(None if pd.isna(one) else one for one in key)
        most[named] = max(most.get(named, 0), 0 if pd.isna(n) else n)
    for (*key, _, _), n in most.items():
        total[tuple(key)] += n
    return total


@of_all
@pytest.mark.parametrize(
    ("name", "covariate"), [*((name, "own") for name in MEASURES), *by_turns(MEASURES, listing.ALWAYS)]
)
def test_parts_add_up_to_the_whole_whether_grouped_or_filtered(everything, name, covariate):
    for one in listing.measure(name).units.covariates if covariate == "own" else (covariate,):
        all_rows = everything(name, by=None)
        expected = {key: n for key, n in whole(all_rows.estimates).items() if n}
        grouped = everything(name, by=one)
        found = {key: n for key, n in whole(grouped.estimates).items() if n}
        assert {key: n for key, n in found.items() if key in expected} == expected, one
        # many small groups may be drawn together, too, and steps in their order looked for
        assert {key[2:] for key in set(found) - set(expected)} <= {("mean", "share"), ("knee", "tokens")}, one
        if covariate in ("own", "db"):
            values = [None if pd.isna(value) else value for value in all_rows.units[one].unique()]
            groups = [values] if len(values) > MANY else [[value] for value in values]
            total = Counter()
            for asked in groups:
                total.update(whole(everything(name, by=None, where={one: asked}).estimates))
            assert {key: n for key, n in total.items() if n} == expected, one


@of_all
@pytest.mark.parametrize("name", MEASURES)
def test_a_filter_and_a_group_say_the_same(everything, name):
    grouped = everything(name, by="db").estimates
    alone = everything(name, by=None, where={"db": "workshop"}).estimates
    keys = ["role", "outcome", "statistic", "horizon", "unit"]
    numbers = ["estimate", "low", "high", "n_units", "n_sessions"]
    here = grouped[grouped["group"] == "workshop"].sort_values(keys, ignore_index=True)
    there = alone.sort_values(keys, ignore_index=True)
    there = there[there["n_units"] > 0].reset_index(drop=True)
    here = here[here["n_units"] > 0].reset_index(drop=True)
    assert_frame_equal(here[keys + numbers], there[keys + numbers])


@each_row("name", NAMES)
def test_what_a_measure_does_not_have_is_refused_in_words(nothing, name):
    with pytest.raises(QuestionError, match=r"its unit is .* It has: .*day, db, session_id, project"):
        ask(nothing, name, where={"colour": "red"})
    with pytest.raises(QuestionError, match="there is no option 'colour'"):
        ask(nothing, name, colour="red")


@of_all
@pytest.mark.parametrize("name", sorted(set(MEASURES) - OF_TRANSCRIPTS))
def test_two_covariates_are_a_matrix(everything, name):
    rows = everything(name, by=("db", "source")).estimates
    assert set(rows["group_by"]) == {"db"}
    assert set(rows["group_2_by"]) == {"source"}


@of_all
@pytest.mark.parametrize("name", NAMES)
def test_an_answer_asks_a_number_of_queries_that_does_not_grow_with_the_data(monkeypatch, few_and_more, name):
    def asked(store):
        monkeypatch.setattr(store, "_once", {})  # nothing is left of what was asked before
        queries = []
        sql = store.sql
        monkeypatch.setattr(
            store, "sql", lambda query, params=None: queries.append(query) or sql(query, params)
        )
        answer = ask(store, name)
        _ = answer.units, answer.measure.is_view or answer.estimates
        n_queries = len(queries)
        _ = answer.measure.is_view or answer.control
        return n_queries, len(queries) - n_queries

    # the units, and the sessions' covariates, once; a control: out of the units, of a query of its own, or of
    # calls, compactions and placebos
    (own, control), other = map(asked, few_and_more)
    assert (own, control) == other
    assert own == 2
    assert control == (3 if name in PLACEBO else 1 if name in DRAWN_BY_SQL else 0)


@of_all
def test_only_measures_of_what_transcripts_tell_have_no_units_in_the_samples(everything):
    assert {name for name in MEASURES if everything(name).units.empty} == OF_TRANSCRIPTS


@of_all
def test_the_parts_work_without_ask(everything):
    rereads = importlib.import_module("claudesess.metrics.compaction_continuity.rereads")
    units = rereads.units(
        *(Relation(everything.store, name) for name in ("compactions", "tool_calls", "file_claims"))
    )
    assert_frame_equal(units, rereads.UNITS.cast(units))
    estimates = rereads.estimate(rereads.sums(units, by="trigger"))
    assert set(estimates["group"]) == {"auto", "manual", "not known"}


@pytest.mark.parametrize("by", [("db", "db"), ("db", "day", "source")])
def test_more_than_two_covariates_are_refused(nothing, by):
    with pytest.raises(QuestionError, match="one covariate, a pair of two, or None"):
        ask(nothing, "agent_throughput.rate", by=by)
    with pytest.raises(QuestionError, match="is a view"):
        ask(nothing, "agent_throughput.timeline", by="db")
    with pytest.raises(QuestionError, match="is a view"):
        _ = ask(nothing, "agent_throughput.timeline").estimates


def test_names_that_are_not_there_are_refused_with_those_that_are(nothing):
    with pytest.raises(QuestionError, match="Of retry_escalation there are: outcome_by_attempt, time_to_fix"):
        ask(nothing, "retry_escalation.fixed")
    with pytest.raises(
        QuestionError, match=r"There is no measure 'rereads'. There are: agent_throughput.rate, "
    ):
        ask(nothing, "rereads")
    with pytest.raises(QuestionError, match="There is no question 'retries'"):
        listing.names("retries")


def test_filters_refuse_before_anything_is_read(nothing):
    measure = listing.measure("agent_throughput.rate")
    with pytest.raises(QuestionError, match="It is an option, though"):
        filters.require(measure, "agent_type")

"""What every metric promises, whichever it is: metrics are found by listing their folder."""

import ast
import importlib
import inspect
import pkgutil
import typing
from pathlib import Path

import altair as alt
import pytest
from pandas.testing import assert_frame_equal

from claudesess import frames, metrics, samples
from claudesess.contracts import RELATIONS, Contract

NAMES = sorted(module.name for module in pkgutil.iter_modules(metrics.__path__))
SCALARS = (bool, int, float, str)


@pytest.fixture(params=NAMES)
def metric(request):
    return importlib.import_module(f"claudesess.metrics.{request.param}")


def parameters(metric, *, options):
    known = inspect.signature(metric.compute).parameters.values()
    return [p for p in known if (p.kind is p.KEYWORD_ONLY) == options]


def relations(metric, store):
    return [getattr(frames, p.name)(store) for p in parameters(metric, options=False)]


@pytest.fixture(scope="session", params=["retry", "compaction", "crash", "other-writer"])
def store(request):
    return samples.open_sample(request.param)


@pytest.fixture
def inputs(store, metric):
    return relations(metric, store)


def test_the_folder_is_not_empty():
    assert "agent_throughput" in NAMES


def test_exactly_result_compute_and_chart_are_public(metric):
    defined = set()
    for node in ast.parse(Path(metric.__file__).read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
        defined |= {getattr(target, "id", getattr(target, "name", None)) for target in targets}
    assert {name for name in defined if name and not name.startswith("_")} == {"RESULT", "compute", "chart"}


def test_result_is_a_contract_of_the_metrics_name_with_units(metric):
    assert isinstance(metric.RESULT, Contract)
    assert metric.RESULT.name == metric.__name__.rpartition(".")[2]
    numbers = [c for c in metric.RESULT.columns if c.dtype in ("Int64", "Float64") and c.name[-3:] != "_id"]
    assert [column.name for column in numbers if not column.unit] == []


def test_positional_parameters_are_relations(metric):
    assert [p.name for p in parameters(metric, options=False) if p.name not in RELATIONS] == []


def test_options_are_annotated_scalars_with_defaults(metric):
    hints = typing.get_type_hints(metric.compute)
    for option in parameters(metric, options=True):
        choices = typing.get_args(hints[option.name])
        assert option.default in choices if choices else hints[option.name] in SCALARS
        assert isinstance(option.default, SCALARS)


def test_chart_takes_the_result_alone(metric):
    assert list(inspect.signature(metric.chart).parameters) == ["result"]


@pytest.mark.slow
def test_compute_and_chart_change_no_input_and_say_the_same_twice(metric, inputs):
    before = [frame.copy(deep=True) for frame in inputs]
    result = metric.compute(*inputs)
    again = metric.compute(*inputs)
    for frame, copy in zip(inputs, before, strict=True):
        assert_frame_equal(frame, copy)
    assert_frame_equal(result, again)
    metric.chart(result)
    assert_frame_equal(result, again)


def test_the_result_fits_its_contract(metric, inputs):
    result = metric.compute(*inputs)
    assert_frame_equal(metric.RESULT.cast(result), result)
    assert not result.duplicated(list(metric.RESULT.key)).any()
    assert not result[[c.name for c in metric.RESULT.columns if not c.nullable]].isna().any(axis=None)


def test_the_chart_is_valid_and_titled(metric, inputs):
    chart = metric.chart(metric.compute(*inputs))
    assert isinstance(chart, alt.TopLevelMixin)
    assert "".join(chart.to_dict()["title"]["text"])


@pytest.mark.slow
def test_optional_relations_may_be_left_out(metric, inputs):
    needed = [p for p in parameters(metric, options=False) if p.default is p.empty]
    result = metric.compute(*inputs[: len(needed)])
    assert_frame_equal(metric.RESULT.cast(result), result)
    metric.chart(result).to_dict()


def test_nothing_recorded_gives_no_rows_and_a_chart_that_says_so(metric):
    nothing = [RELATIONS[p.name].empty() for p in parameters(metric, options=False)]
    result = metric.compute(*nothing)
    assert_frame_equal(result, metric.RESULT.empty())
    spec = metric.chart(result).to_dict()
    assert "".join(spec["title"]["text"])
    assert {mark["mark"]["type"] for mark in spec["vconcat"]} == {"text"}

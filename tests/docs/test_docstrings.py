"""What is public says all of itself: each parameter and what is returned, in sections that the site is made of."""

import inspect
import re

import pytest

import claudesess
from claudesess import stats

_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}\n(.*?)(?=^\w[\w ]*\n-{3,}\n|\Z)", re.MULTILINE | re.DOTALL)


def public():
    """The public functions, and the methods of the store, by name."""
    found = {f"stats.{name}": getattr(stats, name) for name in stats.__all__}
    found |= {name: getattr(claudesess, name) for name in claudesess.__all__}
    methods = {name: method for name, method in vars(claudesess.Store).items() if not name.startswith("_")}
    found |= {f"Store.{name}": getattr(claudesess.Store, name) for name in methods}
    return {name: each for name, each in found.items() if inspect.isroutine(each)}


def named(parameters):
    """The names that a section of parameters explains."""
    lines = [line for line in parameters.split("\n") if line and not line.startswith(" ")]
    return {name.strip().lstrip("*") for line in lines for name in line.split(" : ")[0].split(",")}


@pytest.mark.parametrize("name", sorted(public()))
def test_a_docstring_explains_every_parameter_and_what_is_returned(name):
    documented = public()[name]
    sections = dict(_SECTION.findall(inspect.getdoc(documented) or ""))
    signature = inspect.signature(documented)
    assert named(sections.get("Parameters", "")) == set(signature.parameters) - {"self", "cls"}
    returns = signature.return_annotation not in (None, "None", inspect.Signature.empty)
    assert ("Returns" in sections) == returns

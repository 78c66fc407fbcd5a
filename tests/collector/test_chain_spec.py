"""What is kept of a chain: it comes back as it was, and what somebody else wrote there is no reason to stop."""

import pytest
from claudesess_collector import chains

OF_EACH = {
    "aim": "a", "astray": "test", "cases": [["c"]], "category": "test", "checks": ["mypy"], "failed": ["d"], "families": ["pytest"],
    "filter": "f", "is_gate": True, "is_of_before": True, "is_silent": True, "is_whole": True, "kind": "check", "names": ["n"],
    "purpose": ["p"], "ran_at": "2026", "sketch": ["s"], "targets": ["t"], "via": "make", "words": ["w"],
}  # fmt: skip


def values(spec):
    return {name: getattr(spec, name) for name in chains.Spec.__slots__}


def test_what_is_kept_comes_back():
    spec = chains.Spec()
    for name, value in OF_EACH.items():
        setattr(spec, name, value)
    assert OF_EACH.keys() == set(chains.Spec.__slots__)
    assert values(chains.spec_of(spec.kept())) == OF_EACH == values(spec.copy())


def test_a_text_that_is_empty_is_no_unknown_one():
    spec = chains.Spec()
    spec.filter = ""
    assert chains.spec_of(spec.kept()).filter == ""


def test_what_says_nothing_is_not_kept():
    assert chains.Spec().kept() == "{}"
    assert values(chains.spec_of("{}")) == values(chains.Spec())


@pytest.mark.parametrize(
    "text",
    [
        "", "nothing", "[]", '{"families": "pytest", "cases": null, "is_gate": "yes", "aim": 3, "via": ["make"]}',
        '{"kept": "x", "__class__": "y", "unknown": 1}',
    ],
)  # fmt: skip
def test_what_is_not_of_its_kind_is_not_known(text):
    assert values(chains.spec_of(text)) == values(chains.Spec())


def test_one_that_is_changed_leaves_what_others_read():
    text = '{"aim": "a", "is_gate": true}'
    changed = chains.spec_of(text).copy()
    changed.aim = "b"
    assert chains.spec_of(text).aim == "a"


def test_a_name_that_is_none_of_its_own_is_an_error():
    with pytest.raises(AttributeError):
        chains.Spec().familys = []

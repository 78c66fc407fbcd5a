"""How a number is come by, as the documentation of its measure says it to readers of a page."""

from __future__ import annotations

import inspect

from tables import each_row

from claudesess.asking import listing
from claudesess.report import questions


@each_row(
    ("doc", "said"),
    [
        ("Count the edits.", ["Count the edits."]),
        ("Count.\n\nParameters\n----------\nkind\n    Which.\n\nNotes\n-----\nA day is\none row.", ["Count.", "A day is one row."]),
        ("Limits by session (`claudesess.stats.shares`).", ["Limits by session."]),
        ("Limits by session (`claudesess.stats.means`, `claudesess.stats.shares`). They are wide.", ["Limits by session. They are wide."]),
        ("Drawn together (`claudesess.stats.shrink_rates`, Gamma–Poisson); of one alone none.", ["Drawn together (Gamma–Poisson); of one alone none."]),
        ("Limits by session: `claudesess.stats.shares`.", ["Limits by session."]),
        ("``minutes`` is what `n_calls` cost.", ["Minutes is what n calls cost."]),
        ("", []),
    ],
)  # fmt: skip
def test_what_points_at_code_is_left_out_and_the_sentence_stays(doc, said):
    assert questions._prose(doc) == said


@each_row("name", listing.measures()["measure"].to_list())
def test_no_documentation_of_a_measure_leaves_a_hole(name):
    module = listing.measure(name).module
    for part in ("units", "estimate"):
        for said in questions._prose(inspect.getdoc(getattr(module, part, None)) or ""):
            assert "  " not in said
            assert not {"`", "()", " .", " ,", "(,"} & {
                said[at : at + n] for n in (1, 2) for at in range(len(said))
            }

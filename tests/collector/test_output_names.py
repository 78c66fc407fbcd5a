"""The files that a text names."""

from claudesess_collector import output_names as told
from tables import each_row


@each_row(("n", "kept"), [(199, 199), (200, 200), (230, 200)])
def test_so_many_files_are_named_at_most(n, kept):
    assert len(told.named_paths(" ".join(f"a{at}.py" for at in range(n)))) == kept


@each_row(
    ("text", "names"),
    [
        ("a/b", {"a", "b"}), ("a.b", {"a.b", "a", "b"}), ("a_b", {"a_b"}), ("a\\b", {"a", "b"}), ("plain words", set()), ("in a.b:12, c", {"a.b", "a", "b", "12"}), ("@a/b-c~d+e", {"@a", "b-c~d+e"}),
        ("✓ a.b\nc.d", {"c.d", "c", "d"}), ("PASS a.b", set()), ("PASSING a.b", {"a.b", "a", "b"}), ("ok a.b", set()), ("okay a.b", {"a.b", "a", "b"}), ("a.b::t PASSED [1%]", set()), ("a.b::t FAILED [1%]", {"a.b", "a", "b", "t"}),
    ],
)  # fmt: skip
def test_the_names_that_a_message_mentions(text, names):
    assert told.mentioned_names(text) == names

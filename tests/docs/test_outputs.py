"""What stands below a command or a program of a page is what it prints now."""

import pytest
from claudesess_docs import ROOT, blocks

PAGES = [path.relative_to(ROOT).as_posix() for path in blocks.pages()]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_outputs_of_a_page_are_those_of_today(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    if lacks := blocks.missing(text):
        pytest.skip(f"{', '.join(lacks)}, which a page of the documentation is about, is not installed")
    assert blocks.rewritten(text) == text, f"PYTHONPATH=docs python -m claudesess_docs.blocks {page}"


PAGE = """
```console
$ echo one \\
> two && echo "$HOME"
old
```

```python
n = 1
```

```python
print("n is", n)
n + 1
```

```text
old
```

<!-- not run: no such thing -->
```python
no_such_thing
```

```sh
false
```
"""


def test_blocks_are_run_in_order_and_others_left_alone():
    below = blocks.rewritten(PAGE)
    assert '> two && echo "$HOME"\none two\n/home/me\n```' in below
    assert "n + 1\n```\n\n```text\nn is 1\n2\n```\n" in below
    assert "no_such_thing\n```\n\n```sh\nfalse\n" in below
    assert "old" not in below


def test_a_stale_output_is_not_equal():
    assert (
        blocks.rewritten("```python\n1 + 1\n```\n\n```text\n3\n```\n")
        == "```python\n1 + 1\n```\n\n```text\n2\n```\n"
    )


def test_readme_shows_six_pairs_of_command_and_output():
    told = (ROOT / "README.md").read_text(encoding="utf-8")
    pairs = [block for block in blocks.BLOCK.finditer(told) if block["kind"] == "console" or block["output"]]
    commands = sum(max(block["code"].count("\n$ ") + block["code"].startswith("$ "), 1) for block in pairs)
    assert commands >= 6


def test_a_command_that_ends_in_a_traceback_is_no_output():
    with pytest.raises(RuntimeError, match="1 / 0"):
        blocks.rewritten('```console\n$ python3 -c "1 / 0"\n```\n')

"""The explorer as a person uses it: JupyterLab in Chromium, each control moved, what was chosen read back."""

import ast

import nbformat
import pytest

CHAINS = "retry_escalation.outcome_by_attempt"
_BEGIN = f"""
import claudesess
explorer = claudesess.explore(claudesess.samples.open_sample("workshop"), {CHAINS!r})
explorer
"""
_READ = "print([len(explorer.answer.units), len(explorer.sessions), str(explorer.selection.since), explorer.selection.where])"


class Notebook:
    """A notebook that is open in JupyterLab."""

    def __init__(self, one, address):
        self.watched, self.page = one, one.page
        self.page.goto(f"{address}/doc/tree/explorer.ipynb?reset")
        self.page.locator(".jp-Notebook .jp-CodeCell").nth(1).wait_for(timeout=120_000)
        self.page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=240_000)

    def run(self, place):
        """Run a cell and return what it printed."""
        cell = self.page.locator(".jp-Notebook .jp-CodeCell").nth(place)
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        for _ in range(20):  # a key that is pressed while JupyterLab still builds the page is lost
            prompt.click()
            self.page.keyboard.press("Control+Enter")
            self.page.wait_for_timeout(1_000)
            if prompt.inner_text() != before:
                break
        self.page.wait_for_function(
            r"(place) => /\d/.test(document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')[place].innerText)",
            arg=place,
            timeout=240_000,
        )
        printed = cell.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stdout']")
        return printed.inner_text() if printed.count() else ""

    def read(self):
        """Return what the next cell reads of the explorer: units, sessions, since, filters."""
        return ast.literal_eval(self.run(1))

    def until(self, said):
        """Wait until the explorer says something."""
        self.page.locator(".jp-OutputArea [role=status]", has_text=said).first.wait_for(timeout=120_000)


@pytest.fixture
def notebook(lab, watched):
    """Return a notebook with an explorer that has been drawn."""
    address, folder = lab
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in (_BEGIN, _READ)])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, folder / "explorer.ipynb")
    opened = Notebook(watched(own=(address, "data:", "blob:")), address)
    opened.run(0)
    opened.page.locator(".vega-embed svg.marks").nth(1).wait_for(timeout=240_000)
    opened.until("At the first try")
    return opened


def test_it_is_explored(notebook, violations):
    page = notebook.page
    notebook.until("31 of 33 sessions, 2,345 calls; counted: 164 of 164")
    assert page.locator(".vega-embed svg.marks").nth(1).locator("path").count() > 3

    # group by, then click on a group
    page.get_by_label("Group by", exact=True).select_option("Agent type")
    notebook.until("By agent type, main thread")
    bars = page.locator(".vega-embed").first.locator("svg.marks g.mark-rect.role-mark").last
    bars.locator("path").last.click()
    notebook.until("only agent type general-purpose")
    assert notebook.read() == [65, 14, "None", {"agent_type": ["general-purpose"]}]

    # drag over time
    picker = page.locator(".vega-embed").first.locator("svg.marks")
    picker.scroll_into_view_if_needed()
    place = picker.bounding_box()
    page.mouse.move(place["x"] + 190, place["y"] + 75)
    page.mouse.down()
    page.mouse.move(place["x"] + 260, place["y"] + 75, steps=4)
    page.mouse.move(place["x"] + 420, place["y"] + 75, steps=4)
    page.mouse.up()
    notebook.until("UTC; until")
    n_units, n_sessions, since, where = notebook.read()
    assert 0 < n_units < 65
    assert since.startswith("2026-10-1")
    assert where == {"agent_type": ["general-purpose"]}

    # open a session, then keep to it alone
    rows = page.locator(".sessions tbody tr")
    assert rows.count() == n_sessions
    rows.first.locator("button").click()
    page.get_by_text("Who did what when").wait_for()
    assert page.locator(".opened .lane").count() > 1
    rows.first.locator("input").check()
    notebook.until("1 of 33 sessions")
    # whoever ticks boxes by keyboard stays where they are
    assert page.evaluate("document.activeElement.shadowRoot?.activeElement?.type") == "checkbox"
    assert notebook.read()[1] == 1
    page.get_by_role("button", name="all sessions again").click()
    notebook.until(f"{n_sessions} of 33 sessions")
    page.get_by_role("link", name="All sessions").click()
    page.locator(".opened").wait_for(state="hidden")

    # times and options by hand, another question
    page.get_by_label("Since", exact=True).fill("")
    page.get_by_label("Since", exact=True).press("Enter")
    page.get_by_label("Until", exact=True).fill("not a time")
    page.get_by_label("Until", exact=True).press("Enter")
    notebook.until("Not possible: until is 'not a time'")
    page.get_by_label("Until", exact=True).fill("")
    page.get_by_label("Until", exact=True).press("Enter")
    notebook.until("14 of 33 sessions")
    page.get_by_text("Projects, agents, options").click()
    page.get_by_label("kind", exact=True).select_option("all")
    notebook.until("only agent type general-purpose")
    page.get_by_label("Question", exact=True).select_option("Agents at work: timeline")
    notebook.until("each one time that an agent ran")
    page.get_by_label("Agents", exact=True).select_option("Plan")
    notebook.until("only agent type Plan")
    assert notebook.read()[3] == {"agent_type": ["Plan"]}
    page.get_by_text("What is counted").click()
    page.locator("table.dataframe").first.wait_for()

    # search the sessions
    field = page.get_by_label("Search the sessions", exact=True)
    field.fill("2026-10-0")
    assert 0 < rows.count() < int(notebook.read()[1])

    assert notebook.watched.errors == []
    assert notebook.watched.asked == []
    # the brush itself is Vega's, and has no words; Since and Until do the same by keyboard
    found = [
        one for one in violations(page, ".jp-OutputArea-output .widget-vbox") if ".brush_brush" not in one
    ]
    assert found == []

"""For all tests: examples that stay the same, and the notebooks, executed once."""

import os

import pytest
from hypothesis import settings

# Generated examples are the same at every run of `make test`; `make stress` draws new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("new", deadline=None)
# No test reads what another one, or the user, kept.
os.environ["CLAUDESESS_CACHE"] = "off"
settings.load_profile("new" if os.environ.get("CLAUDESESS_STRESS") == "full" else "same")


@pytest.fixture(scope="session")
def executed():
    """Return the notebooks, executed on their own sample as the report does it: once for all who look at them.

    Who uses it belongs to the group `executed`, so that two processes do not both execute.
    """
    from claudesess.report import pages

    return {path: pages._execute(path, []) for path in pages.notebooks()}

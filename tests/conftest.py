"""Generated examples are the same at every run of `make test`; `make stress` draws new ones."""

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("new", deadline=None)
settings.load_profile("new" if os.environ.get("CLAUDESESS_STRESS") == "full" else "same")

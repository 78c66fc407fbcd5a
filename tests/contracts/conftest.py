"""The collector's package is found where claudesess finds it."""

import claudesess  # noqa: F401

"""The collector's package, taken from where it lies: no file of the working folder stands in for it."""

from __future__ import annotations

import importlib.util
import sys

from claudesess import paths

_NAME = "claudesess_collector"


def load() -> None:
    """Make `claudesess_collector` importable, without a change of the import path.

    Raises
    ------
    ClaudesessError
        Its folder is missing.
    """
    if _NAME in sys.modules:
        return
    folder = paths.collector_dir()
    package = folder if folder.name == _NAME else folder / _NAME
    spec = importlib.util.spec_from_file_location(
        _NAME, package / "__init__.py", submodule_search_locations=[str(package)]
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[_NAME] = module
    spec.loader.exec_module(module)

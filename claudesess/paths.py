"""Where the folders are that travel with the package."""

from __future__ import annotations

from pathlib import Path

from claudesess.errors import ClaudesessError

_PACKAGE = Path(__file__).resolve().parent

#: Name -> folder in a checkout, folder in the wheel; the build puts it there (pyproject.toml).
_PLACES = {
    "collector": ("collector", "claudesess_collector"),
    "samples": ("data/samples", "claudesess/_bundled/samples"),
    "notebooks": ("notebooks", "claudesess/_bundled/notebooks"),
}


def collector_dir() -> Path:
    """Return the folder of the collector: of a checkout the plugin's root, of a wheel the package itself.

    Returns
    -------
    Path
        A folder holding ``collect.py`` and ``schema.sql``.

    Raises
    ------
    ClaudesessError
        The folder is neither in a checkout nor in the installed package.
    """
    return _find("collector")


def samples_dir() -> Path:
    """Return the folder that holds one folder per sample.

    Returns
    -------
    Path
        ``data/samples`` of a checkout, or its copy in the wheel.

    Raises
    ------
    ClaudesessError
        The folder is neither in a checkout nor in the installed package.
    """
    return _find("samples")


def notebooks_dir() -> Path:
    """Return the folder of the notebooks.

    Returns
    -------
    Path
        ``notebooks`` of a checkout, or its copy in the wheel.

    Raises
    ------
    ClaudesessError
        The folder is neither in a checkout nor in the installed package.
    """
    return _find("notebooks")


def _find(name: str) -> Path:
    # The checkout is known by its project file: site-packages may well hold a folder named "notebooks".
    checkout = _PACKAGE.parent
    in_checkout, in_wheel = _PLACES[name]
    place = checkout / (in_checkout if (checkout / "pyproject.toml").is_file() else in_wheel)
    if not place.is_dir():
        raise ClaudesessError(f"{place}: the folder of the {name} is missing; install claudesess again")
    return place

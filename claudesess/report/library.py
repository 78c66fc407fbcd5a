"""The drawing library of pages: Vega, Vega-Lite and Vega-Embed as one script, which travels with the package.

`python -m claudesess.report.library` makes it anew; extra `images` holds what it is made of.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

_SCRIPT = Path(str(resources.files("claudesess"))) / "charts" / "vega" / "vega.js"
#: What the script leaves to others: pages call the one, a chart in a notebook both.
_NAMES = ("vegaEmbed", "lodashDebounce")


def script() -> str:
    """Return the library as a classic script, which a page that was opened from a folder may load."""
    return _SCRIPT.read_text(encoding="utf-8")


def made() -> str:
    """Make the library of the packages that draw the pictures, so that both draw alike."""
    import vl_convert

    parts = {
        "Vega": vl_convert.get_vega_version(),
        "Vega-Lite": vl_convert.get_vegalite_versions()[-1],
        "Vega-Embed": vl_convert.get_vega_embed_version(),
    }
    versions = ", ".join(f"{name} {version}" for name, version in parts.items())
    bundle = vl_convert.javascript_bundle(
        "".join(f"globalThis.{name} = {name};" for name in _NAMES), vl_version=parts["Vega-Lite"]
    )
    closed = bundle.replace("</script", "<\\/script")
    return f"// {versions}; licences: claudesess/charts/vega/LICENSES.txt\n(function () {{{closed}}})();\n"


if __name__ == "__main__":
    _SCRIPT.write_text(made(), encoding="utf-8", newline="\n")

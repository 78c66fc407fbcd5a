"""`python -m claudesess.samples build`: replay the samples' streams into their databases."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from claudesess.samples import build, buildable


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``python -m claudesess.samples build [NAME…]``: all samples that have a stream, or those named."""
    parser = argparse.ArgumentParser(prog="python -m claudesess.samples", description=__doc__)
    commands = parser.add_subparsers(required=True)
    building = commands.add_parser("build", help="replay the samples' streams into their databases")
    building.add_argument("names", nargs="*", metavar="NAME")
    building.add_argument("--into", type=Path, help="write below this folder instead of in place")
    chosen = parser.parse_args(arguments)
    for name in chosen.names or buildable():
        build(name, chosen.into and chosen.into / name)


if __name__ == "__main__":
    main()

"""What the documentation makes out of the program: outputs of blocks, pages, the site, its checks."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""

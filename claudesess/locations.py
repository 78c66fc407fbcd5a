"""Names of files and folders on which reading and importing agree; loads nothing else."""

from __future__ import annotations

SESSION_FILE = ".claude-session.db"

#: Folders that hold other people's files by the thousand, and no project of their own.
SKIPPED_FOLDERS = {
    ".git", ".hg", ".svn", ".venv", "venv", "node_modules", "site-packages", "__pycache__", ".cache", ".tox",
    ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".Trash", ".ipynb_checkpoints",
}  # fmt: skip

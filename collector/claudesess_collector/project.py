"""What kind of project this is: a few facts in project_state, rewritten only when they change."""

import os

from claudesess_collector import files, git_exclude, payload, worktrees
from claudesess_collector.privacy_redact import one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.event import Event, Place

VERSION = "0.1.0"
#: Of the rules by which events are judged; what was written by others than these is judged again by an import.
RULES = 18
WRITER = f"claudesess/{VERSION}+rules.{RULES}"
_PATHS = ("project_dir", "project_root")
_MANIFEST = 65536  # bytes of a manifest that are looked at

# Manifest -> language, in the order of precedence when several are there.
_LANGUAGES = {
    "pyproject.toml": "python", "setup.py": "python", "requirements.txt": "python", "Pipfile": "python",
    "tsconfig.json": "typescript", "package.json": "javascript", "deno.json": "typescript", "Cargo.toml": "rust",
    "go.mod": "go", "mix.exs": "elixir", "Gemfile": "ruby", "composer.json": "php", "pom.xml": "java",
    "build.gradle": "java", "build.gradle.kts": "kotlin", "Package.swift": "swift", "CMakeLists.txt": "c++",
}  # fmt: skip
# Framework -> (the manifests that may name it, how they do: a whole word, or as it stands in quotes).
_PY = ("pyproject.toml", "setup.py", "requirements.txt", "Pipfile")
_JS = ("package.json", "deno.json")
_FRAMEWORKS = {
    "django": (_PY, "django"), "fastapi": (_PY, "fastapi"), "flask": (_PY, "flask"), "streamlit": (_PY, "streamlit"),
    "next": (_JS, '"next"'), "nuxt": (_JS, '"nuxt"'), "remix": (_JS, '"@remix-run/'), "astro": (_JS, '"astro"'),
    "angular": (_JS, '"@angular/core"'), "svelte": (_JS, '"svelte"'), "vue": (_JS, '"vue"'), "react": (_JS, '"react"'),
    "nestjs": (_JS, '"@nestjs/core"'), "express": (_JS, '"express"'), "rails": (("Gemfile",), "rails"),
    "phoenix": (("mix.exs",), "phoenix"), "laravel": (("composer.json",), '"laravel/framework"'),
    "spring": (("pom.xml", "build.gradle", "build.gradle.kts"), "spring-boot"), "axum": (("Cargo.toml",), "axum"),
    "actix": (("Cargo.toml",), "actix-web"), "gin": (("go.mod",), "gin"),
}  # fmt: skip
_TOOLS = {
    "python": ("python3", "pytest", "ruff", "mypy", "pyright", "uv"),
    "typescript": ("node", "npm", "pnpm", "yarn", "tsc", "eslint"),
    "javascript": ("node", "npm", "pnpm", "yarn", "eslint"),
    "rust": ("cargo", "rustc", "cargo-clippy"), "go": ("go", "golangci-lint"), "elixir": ("mix", "elixir"),
    "ruby": ("ruby", "bundle", "rspec", "rubocop"), "php": ("php", "composer"), "java": ("java", "mvn", "gradle"),
    "kotlin": ("java", "gradle"), "swift": ("swift",), "c++": ("cmake", "make", "ninja", "cc"),
}  # fmt: skip
_ALWAYS = ("git", "make", "rg")


def prepare(event: "Event") -> None:
    """Look at the project's repository, manifests and at PATH before the write lock is taken."""
    git_exclude.keep_out(event.place.disk(event.project_dir), event.place.root)
    manifests = _manifests(event.place)
    language = next((_LANGUAGES[name] for name in manifests), None)
    available, missing = _tools(event.place, language)
    event.project = {
        "session_id": event.session_id,
        **whereabouts(event.place),
        "schema_writer": WRITER,
        "language": language,
        "framework": _framework(manifests),
        "tools_available": ",".join(available) or None,
        "tools_missing": ",".join(missing) or None,
    }


def whereabouts(place: "Place") -> "dict[str, Optional[str]]":
    """Return where the project is, and of which repository it is a worktree."""
    root, worktree = worktrees.owner(place.project_dir, place.root)
    return {
        "project_dir": payload.whole(place.project_dir),
        "project_root": payload.whole(root),
        "worktree": None if worktree is None else payload.whole(worktree),
    }


def note(event: "Event") -> None:
    """Keep the project's facts, and which session started last; and since when today's rules judge."""
    writer = event.db.value("SELECT value FROM project_state WHERE key = 'schema_writer'")
    if writer not in (None, WRITER):
        _keep(event, "rules_since", event.stamp)
    for key, value in event.project.items():
        _keep(event, key, value)


def _keep(event: "Event", key: str, value: "Optional[str]") -> None:
    """Write a value when it differs from what is there; what was never known gets no row."""
    before = event.db.row("SELECT value FROM project_state WHERE key = ?", (key,))
    if before == (value,) or (before is None and value is None):
        return
    event.db.run(
        "INSERT INTO project_state (key, value, updated_at) VALUES (?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
        (key, value if key in _PATHS else one_line(value, 1000), event.stamp),
    )


def _manifests(place: "Place") -> "dict[str, str]":
    """Return the manifests in the project's folder with the beginning of their text."""
    found = {}
    for name in _LANGUAGES:
        try:
            text = files.head_of(place.disk(os.path.join(place.project_dir, name)), _MANIFEST)
            found[name] = text.decode("utf-8", "replace").lower()
        except OSError:
            continue
    return found


def _framework(manifests: "dict[str, str]") -> "Optional[str]":
    for name, (where, word) in _FRAMEWORKS.items():
        if any(_names(manifests.get(manifest, ""), word) for manifest in where):
            return name
    return None


def _names(text: str, word: str) -> bool:
    """Say whether a text holds a word that is no part of a longer name."""
    at = text.find(word)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
        if word[0] == '"' or not (before.isalnum() or before in ("-", "_") or after.isalnum() or after in ("-", "_")):
            return True
        at = text.find(word, at + 1)
    return False


def _tools(place: "Place", language: "Optional[str]") -> "tuple[list[str], list[str]]":
    """Return which of the language's tools PATH holds, and which it does not."""
    available: "list[str]" = []
    missing: "list[str]" = []
    folders = [folder for folder in place.variable("PATH").split(os.pathsep) if folder]
    for tool in dict.fromkeys((*_TOOLS.get(language or "", ()), *_ALWAYS)):
        is_there = any(os.access(place.disk(os.path.join(folder, tool)), os.X_OK) for folder in folders)
        (available if is_there else missing).append(tool)
    return available, missing

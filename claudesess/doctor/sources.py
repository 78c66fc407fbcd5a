"""Where the client finds hooks: settings files and the plugin."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from claudesess import files
from claudesess.install import config_dir, entries
from claudesess.install.entries import Entry
from claudesess.install.registration import PLUGIN, is_by_hand

_MANAGED = {
    "darwin": Path("/Library/Application Support/ClaudeCode/managed-settings.json"),
    "win32": Path("C:/Program Files/ClaudeCode/managed-settings.json"),
}
_MANAGED_ELSEWHERE = Path("/etc/claude-code/managed-settings.json")


@dataclass
class Source:
    """One place that may register the collector.

    Attributes
    ----------
    name
        What it is: `user settings`.
    path
        The file.
    problem
        Why the client does not read it; empty when it does.
    settings
        What it says.
    root
        The plugin's folder, for the plugin.
    """

    name: str
    path: Path
    problem: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    root: Path | None = None

    @property
    def entries(self) -> list[Entry]:
        """Our entries in it."""
        return entries.found(self.settings.get("hooks"))

    @property
    def by_hand(self) -> list[str]:
        """The events for which it runs the collector in a way of its own."""
        return [
            event for event, handler in entries.handlers(self.settings.get("hooks")) if is_by_hand(handler)
        ]


def settings_sources(project: Path, environ: Mapping[str, str], home: Path) -> list[Source]:
    """Read every settings file that applies in a project and is there."""
    named = {
        "managed settings": _MANAGED.get(sys.platform, _MANAGED_ELSEWHERE),
        "user settings": config_dir(environ, home) / "settings.json",
        "project settings": project / ".claude" / "settings.json",
        "local settings": project / ".claude" / "settings.local.json",
    }
    found = {
        os.path.realpath(path): _read(name, path) for name, path in named.items() if os.path.lexists(path)
    }
    return list(found.values())


def plugin_source(sources: list[Source], environ: Mapping[str, str], home: Path) -> Source | None:
    """Return the plugin when it is installed and switched on."""
    folder = config_dir(environ, home)
    for manifest in sorted(folder.glob("skills/*/.claude-plugin/plugin.json")):
        if _json(manifest).get("name") == PLUGIN:
            return _plugin(manifest.parents[1])
    switches: dict[str, Any] = {}
    for source in sources:  # from the widest to the nearest: the nearest decides
        switched = source.settings.get("enabledPlugins")
        switches |= switched if isinstance(switched, dict) else {}
    for key, is_on in switches.items():
        if key.partition("@")[0] == PLUGIN and is_on:
            return _plugin(_root(folder / "plugins", key))
    return None


def _read(name: str, path: Path) -> Source:
    try:
        text = files.read_regular(path).decode("utf-8")
        settings = entries.settings_of(text)
    except (OSError, UnicodeDecodeError) as error:
        return Source(name, path, f"cannot be read ({error})")
    except entries.UnknownShapeError as error:
        return Source(name, path, str(error))
    if not entries.is_strict(text):
        return Source(name, path, "holds comments or trailing commas, and is ignored as a whole")
    return Source(name, path, settings=settings)


def _plugin(root: Path) -> Source:
    path = root / "hooks" / "hooks.json"
    return Source("plugin", path, "" if path.is_file() else "is missing", _json(path), root)


def _root(plugins: Path, key: str) -> Path:
    """Return the folder that the client reads a plugin from."""
    market = _json(plugins / "known_marketplaces.json").get(key.partition("@")[2])
    if isinstance(market, dict) and isinstance(market.get("source"), dict):
        # A marketplace that is a folder here is read in place; any other is read from its copy.
        place = market.get("installLocation")
        if market["source"].get("source") == "directory" and isinstance(place, str):
            return Path(place) / "collector"
    listed = _json(plugins / "installed_plugins.json").get("plugins")
    copies = listed.get(key) if isinstance(listed, dict) else None
    for copy in copies if isinstance(copies, list) else []:
        if isinstance(copy, dict) and isinstance(copy.get("installPath"), str):
            return Path(copy["installPath"])
    return plugins / "cache" / key.partition("@")[2] / PLUGIN


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(files.read_regular(path))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}

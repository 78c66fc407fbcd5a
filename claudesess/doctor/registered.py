"""Whether the collector is registered, once, for every event, and whether hooks run at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from claudesess.doctor.remarks import Report
from claudesess.doctor.sources import Source, plugin_source, settings_sources
from claudesess.install.entries import Entry
from claudesess.install.registration import EVENTS


@dataclass(frozen=True)
class Running:
    """A registration that is in force, with the folder that the plugin's placeholder stands for."""

    source: str
    entry: Entry
    plugin_root: Path | None

    @property
    def python(self) -> str:
        """The interpreter as it is registered."""
        return self.entry.registration.python

    @property
    def arguments(self) -> list[str]:
        """What the interpreter is given."""
        root = str(self.plugin_root or "")
        return [str(word).replace("${CLAUDE_PLUGIN_ROOT}", root) for word in self.entry.handler["args"]]

    @property
    def script(self) -> Path:
        """The collector that it runs."""
        return Path(self.arguments[-1])


def look(report: Report, project: Path, environ: Mapping[str, str], home: Path) -> list[Running]:
    """Look at settings and plugin; return what is in force."""
    settings = settings_sources(project, environ, home)
    for source in settings:
        _look_at(report, source)
    plugin = plugin_source(settings, environ, home)
    sources = settings if plugin is None else [*settings, plugin]
    if plugin is not None and plugin.problem:
        report.action(
            "plugin", f"The plugin's {plugin.path} {plugin.problem}.", "Install the plugin again, in /plugin."
        )
    _look_at_events(report, sources)
    running: dict[tuple[Path, str], Running] = {}
    for source in sources:
        for entry in source.entries:
            found = Running(source.name, entry, source.root)
            running.setdefault((found.script, found.python), found)
    report.facts["registered"] = [
        {"in": one.source, "python": one.python, "script": str(one.script)} for one in running.values()
    ]
    return list(running.values())


def _look_at(report: Report, source: Source) -> None:
    if source.problem:
        fix = "Make it plain JSON: the client leaves out a file that it cannot read, and all that it says."
        report.action("settings", f"{source.path} {source.problem}.", fix)
    if source.settings.get("disableAllHooks") is True:
        report.action(
            "disabled", f"{source.path} sets disableAllHooks: no hook runs.", "Remove disableAllHooks."
        )
    if source.name == "managed settings" and source.settings.get("allowManagedHooksOnly") is True:
        fix = "Ask whoever manages this machine to register the collector."
        report.action("disabled", f"{source.path} allows managed hooks only.", fix)


def _look_at_events(report: Report, sources: list[Source]) -> None:
    runs = {event: _runs(event, sources) for event in EVENTS}
    places = [f"{source.name} ({source.path})" for source in sources if source.entries or source.by_hand]
    missing = [event for event, found in runs.items() if not found]
    twice = [event for event, found in runs.items() if len(found) > 1]
    report.facts["events"] = {"registered": len(EVENTS) - len(missing), "missing": missing, "twice": twice}
    if not places:
        report.action("registered", "The collector is not registered.", "Run `claudesess install`.")
        return
    where = " and ".join(places)
    if missing:
        report.action(
            "registered", f"Not registered: {', '.join(missing)} (in {where}).", "Run `claudesess install`."
        )
    else:
        report.ok("registered", f"Registered for all {len(EVENTS)} events in {where}.")
    if twice:
        fix = f"Nothing is counted twice, but each hook is paid twice: {_without_second(sources)}"
        report.action("twice", f"Registered twice for {len(twice)} events: {where}.", fix)
    other = sorted(
        {
            entry.event
            for source in sources
            for entry in source.entries
            if entry.event not in EVENTS or entry.handler != entry.registration.handler(entry.event)
        }
    )
    if other:
        fix = "Run `claudesess install` again; for the plugin: update it in /plugin."
        report.action("form", f"Registered otherwise than this version would: {', '.join(other)}.", fix)


def _runs(event: str, sources: list[Source]) -> set[str]:
    """Return the hooks that run at one event: equal ones of several settings run once, a plugin's apart."""
    found = set()
    for source in sources:
        kind = "plugin" if source.root is not None else "settings"
        found |= {f"{kind} {json.dumps(entry.handler)}" for entry in source.entries if entry.event == event}
        found |= {f"{kind} {source.path} by hand" for by_hand in source.by_hand if by_hand == event}
    return found


def _without_second(sources: list[Source]) -> str:
    names = [source.name for source in sources if source.entries]
    if "plugin" in names:
        return "run `claudesess uninstall`, or disable the plugin."
    if "local settings" in names:
        return "run `claudesess uninstall --project .`."
    return "keep one of them."

"""Read config/ and seeds/ once, and say everything that is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from typing import Any

from monitor.config.channels import read_channel_secrets, read_channels
from monitor.config.checks import check_settings
from monitor.config.error import ConfigError
from monitor.config.feeds import read_feeds
from monitor.config.files import read_toml
from monitor.config.mistakes import Mistakes, Place, suggest_nearest
from monitor.config.seeds import read_seeds
from monitor.config.settings import (
    AlertsTable,
    ArchiveTable,
    EngineTable,
    MatchTable,
    PollTable,
    RouteTable,
    SeedsTable,
    Settings,
    WebTable,
)
from monitor.config.tables import read_table
from monitor.config.variables import overlay_variables

SECTIONS = {
    "archive": ArchiveTable,
    "web": WebTable,
    "poll": PollTable,
    "match": MatchTable,
    "alerts": AlertsTable,
    "engine": EngineTable,
    "seeds": SeedsTable,
}


def load_settings(
    folder: Path, environment: Mapping[str, str] | None = None, *, with_secrets: bool = True
) -> Settings:
    """The settings in a folder such as `config/`.

    A variable `MONITOR_SECTION__KEY` in the environment outranks monitor.toml. Raises ConfigError with every
    mistake at once. Whoever sends nothing needs no secrets: then a missing one is no mistake.
    """
    environment = os.environ if environment is None else environment
    mistakes = Mistakes()
    settings = _read_settings(folder, environment, mistakes, with_secrets=with_secrets)
    check_settings(settings, mistakes)
    if mistakes:
        raise ConfigError(mistakes, settings)
    return settings


def _read_settings(
    folder: Path, environment: Mapping[str, str], mistakes: Mistakes, *, with_secrets: bool
) -> Settings:
    """All that can be read, with the default where there is a mistake."""
    at = mistakes.at(folder / "monitor.toml")
    raw = overlay_variables(read_toml(folder / "monitor.toml", mistakes), environment, SECTIONS, mistakes)
    for key in raw:
        if key not in (*SECTIONS, "channels"):
            at.add(key, "unknown section", suggest_nearest(key, [*SECTIONS, "channels"]))
    tables: dict[str, Any] = {
        name: read_table(kind, raw.get(name, {}), at.within(name)) or kind() for name, kind in SECTIONS.items()
    }
    seeds_folder = folder.parent / tables.pop("seeds").folder
    channels = read_channels(raw.get("channels", {}), at.within("channels"))
    return Settings(
        folder=folder,
        channels=channels,
        secrets=read_channel_secrets(channels, environment, at.within("channels")) if with_secrets else {},
        feeds=read_feeds(folder / "feeds.toml", mistakes),
        seeds_folder=seeds_folder,
        seeds=read_seeds(seeds_folder, mistakes),
        routes=_read_routes(tables["alerts"], at.within("alerts")),
        **tables,
    )


def _read_routes(alerts: AlertsTable, at: Place) -> tuple[RouteTable, ...]:
    read = [
        read_table(RouteTable, table, at.within(f"routes.{number}")) for number, table in enumerate(alerts.routes, 1)
    ]
    return tuple(route for route in read if route)


def fingerprint_settings(folder: Path, settings: Settings) -> str:
    """A short name for the present state of config/ and seeds/; it changes with any file's name, time or size."""
    # No file is read for it: the daemon looks every few seconds, and seeds may be many.
    places = (folder, settings.seeds_folder)
    state = sorted(fact for place in places for path in place.rglob("*") if (fact := _file_state(path)))
    return sha256(repr(state).encode()).hexdigest()[:12]


def _file_state(path: Path) -> tuple[str, int, int] | None:
    """What tells that a file has changed; None for what nobody reads: folders, and editors' own files."""
    if path.name.startswith((".", "_")) or path.name.endswith("~"):
        return None
    try:
        stat = path.stat()
    except OSError:  # gone since it was listed
        return None
    return (str(path), stat.st_mtime_ns, stat.st_size) if S_ISREG(stat.st_mode) else None

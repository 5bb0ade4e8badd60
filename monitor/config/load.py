"""Read config/ and seeds/ once, and say everything that is wrong with them."""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from typing import TypeVar

from monitor.config.channels import read_channel_secrets, read_channels
from monitor.config.effects import find_effect_mistakes
from monitor.config.mistakes import ConfigError, Mistake, suggest_nearest
from monitor.config.seeds import read_seeds
from monitor.config.settings import (
    AlertsTable,
    ArchiveTable,
    EngineTable,
    FeedTable,
    MatchTable,
    PollTable,
    RouteTable,
    SeedsTable,
    Settings,
    WebTable,
)
from monitor.config.tables import read_table
from monitor.config.timing import find_timing_mistakes
from monitor.meaning import SEMANTIC_REMEDY, is_semantic_installed
from monitor.web import normalise, safe_link

Table = TypeVar("Table")

SECTIONS = {
    "archive": ArchiveTable,
    "web": WebTable,
    "poll": PollTable,
    "match": MatchTable,
    "alerts": AlertsTable,
    "engine": EngineTable,
    "seeds": SeedsTable,
}
VARIABLE_PREFIX = "MONITOR_"


def load_settings(
    folder: Path, environment: Mapping[str, str] | None = None, *, with_secrets: bool = True
) -> Settings:
    """The settings in a folder such as `config/`.

    A variable `MONITOR_SECTION__KEY` in the environment outranks monitor.toml. Raises ConfigError with every
    mistake at once. Whoever sends nothing needs no secrets: then a missing one is no mistake.
    """
    environment = os.environ if environment is None else environment
    mistakes: list[Mistake] = []
    file = str(folder / "monitor.toml")
    raw = _apply_environment(_read_toml(folder / "monitor.toml", mistakes), environment, mistakes)
    mistakes += [
        Mistake(file, key, "unknown section", suggest_nearest(key, [*SECTIONS, "channels"]))
        for key in raw.keys() - SECTIONS.keys() - {"channels"}
    ]
    tables = {
        name: read_table(kind, raw.get(name, {}), file=file, prefix=name, mistakes=mistakes)
        for name, kind in SECTIONS.items()
    }
    channels = read_channels(file, raw.get("channels", {}), mistakes)
    seeds_folder = folder.parent / _table_or_default(tables["seeds"], SeedsTable).folder
    settings = Settings(
        folder=folder,
        archive=_table_or_default(tables["archive"], ArchiveTable),
        web=_table_or_default(tables["web"], WebTable),
        poll=_table_or_default(tables["poll"], PollTable),
        match=_table_or_default(tables["match"], MatchTable),
        alerts=_table_or_default(tables["alerts"], AlertsTable),
        engine=_table_or_default(tables["engine"], EngineTable),
        channels=channels,
        secrets=read_channel_secrets(file, channels, environment, mistakes) if with_secrets else {},
        feeds=_read_feeds(folder / "feeds.toml", mistakes),
        seeds_folder=seeds_folder,
        seeds=read_seeds(seeds_folder, mistakes),
        routes=_read_routes(file, tables["alerts"], mistakes),
    )
    mistakes += find_timing_mistakes(file, "alerts", settings.alerts)
    if settings.match.semantic and not is_semantic_installed():
        mistakes.append(Mistake(file, "match.semantic", "needs an extra that is not installed", f"{SEMANTIC_REMEDY}"))
    _check_networks(file, settings, mistakes)
    _check_intervals(file, settings, mistakes)
    _check_families(settings, mistakes)
    _check_channels(file, settings, mistakes)
    _check_routes(file, settings, mistakes)
    mistakes += find_effect_mistakes(file, settings)
    if mistakes:
        raise ConfigError(mistakes, settings)
    return settings


def fingerprint_settings(folder: Path, settings: Settings) -> str:
    """A short name for the present content of config/ and seeds/; it changes when a file does."""
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


def _table_or_default(table: object, kind: type[Table]) -> Table:
    return table if isinstance(table, kind) else kind()


def _read_toml(path: Path, mistakes: list[Mistake]) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        remedy = "Create it, or name the right folder with --config; docs/configuration.md has an example."
        mistakes.append(Mistake(str(path), "", "no such file", remedy))
    except OSError as error:
        mistakes.append(Mistake(str(path), "", f"cannot be read ({error.strerror})", "Check the file's rights."))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mistakes.append(Mistake(str(path), "", f"is not TOML ({error})", "Mend that line."))
    return {}


def _apply_environment(
    raw: dict[str, object], environment: Mapping[str, str], mistakes: list[Mistake]
) -> dict[str, object]:
    """The file's tables with the environment's MONITOR_SECTION__KEY laid over them."""
    merged = {key: dict(value) if isinstance(value, dict) else value for key, value in raw.items()}
    for name, text in environment.items():
        section, _, key = name.removeprefix(VARIABLE_PREFIX).lower().partition("__")
        if not name.startswith(VARIABLE_PREFIX) or not key:
            continue
        if section not in SECTIONS:
            mistakes.append(Mistake("environment", name, "unknown section", suggest_nearest(section, SECTIONS)))
            continue
        table = merged.setdefault(section, {})
        if isinstance(table, dict):
            table[key] = _parse_variable(text)
    return merged


def _parse_variable(text: str) -> object:
    """A variable's text as TOML would read it (`4`, `true`, `["console"]`), else as plain text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _read_feeds(path: Path, mistakes: list[Mistake]) -> tuple[FeedTable, ...]:
    raw = _read_toml(path, mistakes)
    file = str(path)
    mistakes += [
        Mistake(file, key, "unknown section", "List feeds as [[feeds]] with url and source.")
        for key in raw.keys() - {"feeds"}
    ]
    tables = raw.get("feeds", [])
    if not isinstance(tables, list):
        mistakes.append(Mistake(file, "feeds", "expected a list", "Write each feed as [[feeds]]."))
        return ()
    feeds: dict[str, FeedTable] = {}
    for number, table in enumerate(tables, 1):
        prefix = f"feeds[{number}]"
        feed = read_table(FeedTable, table, file=file, prefix=prefix, mistakes=mistakes)
        if feed is None:
            continue
        if not safe_link(feed.url):
            problem = f"{feed.url!r} is no http or https address"
            mistakes.append(Mistake(file, f"{prefix}.url", problem, "Copy the feed's address from a browser."))
        elif normalise(feed.url) in feeds:
            mistakes.append(Mistake(file, f"{prefix}.url", f"{feed.url} is listed twice", "Remove one of them."))
        else:
            feeds[normalise(feed.url)] = feed
    if not tables and raw:
        mistakes.append(Mistake(file, "feeds", "no feed is listed", "Add [[feeds]] with url and source."))
    return tuple(feeds.values())


def _check_networks(file: str, settings: Settings, mistakes: list[Mistake]) -> None:
    for network in settings.web.allow_networks:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            mistakes.append(
                Mistake(file, "web.allow_networks", str(error), "Write a network such as '192.168.1.0/24'.")
            )


def _check_families(settings: Settings, mistakes: list[Mistake]) -> None:
    """A source is one publisher, and belongs to one house."""
    families: dict[str, str] = {}
    for feed in settings.feeds:
        if feed.family and families.setdefault(feed.source, feed.family) != feed.family:
            problem = f"{feed.source} belongs to two families: {families[feed.source]}, {feed.family}"
            mistakes.append(
                Mistake(str(settings.folder / "feeds.toml"), "family", problem, "Give all its feeds the same one.")
            )


def _check_intervals(file: str, settings: Settings, mistakes: list[Mistake]) -> None:
    named = [(file, "poll.interval", settings.poll.interval)]
    named += [
        (str(settings.folder / "feeds.toml"), feed.source, feed.interval)
        for feed in settings.feeds
        if feed.interval is not None
    ]
    mistakes += [
        Mistake(where, key, "an interval of nothing", "Write a time such as '15m'.")
        for where, key, interval in named
        if not interval
    ]


def _check_channels(file: str, settings: Settings, mistakes: list[Mistake]) -> None:
    """Every channel that something is sent to must exist."""
    named = [(file, "alerts.channels", name) for name in settings.alerts.channels]
    named += [(f"seed {seed.slug}", "channels", name) for seed in settings.seeds for name in seed.channels or ()]
    named += [(file, "alerts.routes", name) for route in settings.routes for name in route.channels]
    for where, key, name in named:
        if name not in settings.channels:
            broken = any(mistake.key.startswith(f"channels.{name}.") for mistake in mistakes)
            if not broken:
                mistakes.append(
                    Mistake(where, key, f"there is no channel {name!r}", suggest_nearest(name, settings.channels))
                )


def _read_routes(file: str, alerts: object, mistakes: list[Mistake]) -> tuple[RouteTable, ...]:
    raw = alerts.routes if isinstance(alerts, AlertsTable) else ()
    read = [
        read_table(RouteTable, table, file=file, prefix=f"alerts.routes.{number}", mistakes=mistakes)
        for number, table in enumerate(raw, 1)
    ]
    return tuple(route for route in read if route)


def _check_routes(file: str, settings: Settings, mistakes: list[Mistake]) -> None:
    """A route that no hit can fit does nothing, and says nothing of it."""
    slugs, sources = [seed.slug for seed in settings.seeds], [feed.source for feed in settings.feeds]
    for number, route in enumerate(settings.routes, 1):
        for key, named, known in (("seed", route.seed, slugs), ("source", route.source, sources)):
            if named is not None and named not in known:
                mistakes.append(
                    Mistake(
                        file,
                        f"alerts.routes.{number}.{key}",
                        f"there is no {key} {named!r}",
                        suggest_nearest(named, known),
                    )
                )

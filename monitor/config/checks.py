"""What is wrong with settings that their tables let pass: values that no type can check, and names that nothing has.

What is right and does nothing is in `effects`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from monitor.config.effects import check_effects
from monitor.config.mistakes import Mistakes, Place, suggest_nearest
from monitor.config.settings import Settings
from monitor.config.timing import check_timing
from monitor.meaning import SEMANTIC_REMEDY, is_semantic_installed


def check_settings(settings: Settings, mistakes: Mistakes) -> None:
    """Add what is wrong with the whole, in the order in which people are told."""
    monitor_toml, feeds_toml = (mistakes.at(settings.folder / name) for name in ("monitor.toml", "feeds.toml"))
    check_timing(settings.alerts, monitor_toml.within("alerts"))
    _check_extras(settings, monitor_toml)
    _check_networks(settings, monitor_toml)
    _check_intervals(settings, monitor_toml, feeds_toml)
    _check_families(settings, feeds_toml)
    _check_channel_names(settings, monitor_toml)
    _check_route_conditions(settings, monitor_toml)
    check_effects(settings, monitor_toml)


def _check_extras(settings: Settings, at: Place) -> None:
    if settings.match.semantic and not is_semantic_installed():
        at.add("match.semantic", "needs an extra that is not installed", SEMANTIC_REMEDY)


def _check_networks(settings: Settings, at: Place) -> None:
    for network in settings.web.allow_networks:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            at.add("web.allow_networks", str(error), "Write a network such as '192.168.1.0/24'.")


def _check_intervals(settings: Settings, at: Place, feeds_toml: Place) -> None:
    named = [(at, "poll.interval", settings.poll.interval)]
    named += [(feeds_toml, feed.source, feed.interval) for feed in settings.feeds if feed.interval is not None]
    for place, key, interval in named:
        if not interval:
            place.add(key, "an interval of nothing", "Write a time such as '15m'.")


def _check_families(settings: Settings, at: Place) -> None:
    """A source is one publisher, and belongs to one house."""
    families: dict[str, str] = {}
    for feed in settings.feeds:
        if feed.family and families.setdefault(feed.source, feed.family) != feed.family:
            problem = f"{feed.source} belongs to two families: {families[feed.source]}, {feed.family}"
            at.add("family", problem, "Give all its feeds the same one.")


def _check_channel_names(settings: Settings, at: Place) -> None:
    """Every channel that something is sent to must exist."""
    for place, key, name in _named_channels(settings, at):
        if name not in settings.channels and not _is_broken(name, at.mistakes):
            place.add(key, f"there is no channel {name!r}", suggest_nearest(name, settings.channels))


def _is_broken(channel: str, mistakes: Mistakes) -> bool:
    """Whether a channel is missing because of a mistake of its own, which is enough to tell."""
    return any(mistake.key.startswith(f"channels.{channel}.") for mistake in mistakes)


def _named_channels(settings: Settings, at: Place) -> Iterator[tuple[Place, str, str]]:
    """Where a channel is named, the key that names it, and its name."""
    yield from ((at, "alerts.channels", name) for name in settings.alerts.channels)
    for seed in settings.seeds:
        head = at.mistakes.at(f"seed {seed.slug}")
        yield from ((head, "channels", name) for name in seed.channels or ())
    yield from ((at, "alerts.routes", name) for route in settings.routes for name in route.channels)


def _check_route_conditions(settings: Settings, at: Place) -> None:
    """A route that no hit can fit does nothing, and says nothing of it."""
    slugs, sources = [seed.slug for seed in settings.seeds], [feed.source for feed in settings.feeds]
    for number, route in enumerate(settings.routes, 1):
        for key, named, known in (("seed", route.seed, slugs), ("source", route.source, sources)):
            if named is not None and named not in known:
                problem, remedy = f"there is no {key} {named!r}", suggest_nearest(named, known)
                at.add(f"alerts.routes.{number}.{key}", problem, remedy)

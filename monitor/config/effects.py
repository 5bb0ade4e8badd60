"""Settings that do nothing where they stand, or fight each other: each is right by itself, and helps nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import time

from monitor.config.mistakes import Mistake
from monitor.config.settings import RouteTable, Settings
from monitor.config.timing import timing_from_table
from monitor.model import AlertTiming, Seed
from monitor.policy import AlertPolicy, Route

TIMING_NEEDS: dict[str, tuple[Callable[[AlertTiming], bool], str]] = {
    "at": (lambda timing: timing.when == "daily", "nothing is told in a daily digest"),
    "cap_per_hour": (lambda timing: timing.when in (None, "instant"), "nothing is told at once"),
    "urgent": (lambda timing: timing.quiet is not None, "there are no quiet hours"),
}
"""What must be true of a hit's timing for a wish to matter, and what is said when it never is."""


def policy_from_settings(settings: Settings) -> AlertPolicy:
    """By which rules hits go to channels; who reads these is not known here."""
    return AlertPolicy(
        default_channels=settings.alerts.channels,
        routes=tuple(
            Route(route.channels, route.seed, route.min_score, route.source, route.language)
            for route in settings.routes
        ),
        default_timing=timing_from_table(settings.alerts),
        by_channel={name: timing_from_table(table) for name, table in settings.channels.items()},
    )


def find_effect_mistakes(file: str, settings: Settings) -> Iterator[Mistake]:
    """What stands in a seed's head or among the routes and does nothing, and digests that fall into quiet hours."""
    policy = policy_from_settings(settings)
    for seed in settings.seeds:
        for key, why in _idle_keys(seed.timing, _effective_timings(policy, [seed])):
            remedy = "Leave it out, or change `when` or `quiet`, which may stand in [alerts] or with the channel."
            yield Mistake(f"seed {seed.slug}", key, f"does nothing: {why}", remedy)
    yield from _digests_in_quiet_hours(file, policy, settings.seeds)
    yield from _covered_routes(file, settings.routes)


def describe_idle_timing(settings: Settings) -> Iterator[str]:
    """Wishes for all or for a channel that do nothing for the seeds of today. No mistake: seeds come and go."""
    policy = policy_from_settings(settings)
    places = {"alerts": policy.default_timing} | {
        f"channels.{name}": timing for name, timing in policy.by_channel.items()
    }
    for place, timing in places.items():
        names = [place.removeprefix("channels.")] if place != "alerts" else None
        timings = _effective_timings(policy, settings.seeds, names)
        yield from (f"{place}.{key} does nothing: {why}" for key, why in _idle_keys(timing, timings))


def _effective_timings(
    policy: AlertPolicy, seeds: Iterable[Seed], channels: list[str] | None = None
) -> list[AlertTiming]:
    return [
        policy.timing(seed, channel)
        for seed in seeds
        for channel in policy.possible_channels(seed)
        if channels is None or channel in channels
    ]


def _idle_keys(own: AlertTiming, timings: list[AlertTiming]) -> Iterator[tuple[str, str]]:
    """Keys of a timing that matter for none of the timings it went into, and why."""
    for key, (matters, why) in TIMING_NEEDS.items():
        said = getattr(own, key)
        if said and timings and not any(matters(one) and getattr(one, key) == said for one in timings):
            overruled = not any(getattr(one, key) == said for one in timings)
            yield key, "a more particular setting says otherwise everywhere" if overruled else why


def _digests_in_quiet_hours(file: str, policy: AlertPolicy, seeds: Iterable[Seed]) -> Iterator[Mistake]:
    for seed in seeds:
        for channel in policy.possible_channels(seed):
            timing = policy.timing(seed, channel)
            at = timing.at or time(8)
            if timing.when == "daily" and timing.quiet and not timing.urgent and _is_within(at, timing.quiet):
                hours = "-".join(f"{one:%H:%M}" for one in timing.quiet)
                problem = f"the daily digest of {seed.slug} on {channel} falls into its quiet hours ({hours})"
                yield Mistake(file, f"at = {at:%H:%M}", problem, "Choose another time, or other quiet hours.")


def _is_within(at: time, hours: tuple[time, time]) -> bool:
    start, end = hours
    return start <= at < end if start < end else at >= start or at < end


def _covered_routes(file: str, routes: tuple[RouteTable, ...]) -> Iterator[Mistake]:
    for number, route in enumerate(routes, 1):
        earlier = next(
            (place for place, one in enumerate(routes[: number - 1], 1) if _route_covers(one, route)), None
        )
        if earlier:
            problem = f"does nothing: route {earlier} takes all of its hits"
            yield Mistake(file, f"alerts.routes.{number}", problem, "Put the more particular route first.")


def _route_covers(one: RouteTable, other: RouteTable) -> bool:
    """Whether a route fits every hit that another one fits."""
    pairs = ((one.seed, other.seed), (one.source, other.source), (one.language, other.language))
    return one.min_score <= other.min_score and all(asked in (None, given) for asked, given in pairs)

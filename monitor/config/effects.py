"""Settings that do nothing where they stand, or fight each other: each is right by itself, and helps nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import time

from monitor.config.mistakes import Place
from monitor.config.policy import policy_from_settings
from monitor.config.settings import RouteTable, Settings
from monitor.model import AlertTiming, Seed
from monitor.pace import DAILY_DIGEST_AT
from monitor.policy import AlertPolicy

TIMING_NEEDS: dict[str, tuple[Callable[[AlertTiming], bool], str]] = {
    "at": (lambda timing: timing.when == "daily", "nothing is told in a daily digest"),
    "cap_per_hour": (lambda timing: timing.when in (None, "instant"), "nothing is told at once"),
    "urgent": (lambda timing: timing.quiet is not None, "there are no quiet hours"),
}
"""What must be true of a hit's timing for a key of it to matter, and what is said when it never is."""


def check_effects(settings: Settings, at: Place) -> None:
    """What stands in a seed's head or among the routes and does nothing, and digests that fall into quiet hours."""
    policy = policy_from_settings(settings)
    for seed in settings.seeds:
        head = at.mistakes.at(f"seed {seed.slug}")
        for key, why in _idle_keys(seed.timing, _effective_timings(policy, [seed])):
            remedy = "Leave it out, or change `when` or `quiet`, which may stand in [alerts] or with the channel."
            head.add(key, f"does nothing: {why}", remedy)
    _check_digest_times(policy, settings.seeds, at)
    _check_covered_routes(settings.routes, at)


def describe_idle_timing(settings: Settings) -> Iterator[str]:
    """Timing for all or for a channel that does nothing for the seeds of today. No mistake: seeds come and go."""
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
    """The timings that hold for hits of these seeds on these channels, or on all that they may go to."""
    return [
        policy.timing(seed, channel)
        for seed in seeds
        for channel in policy.possible_channels(seed)
        if channels is None or channel in channels
    ]


def _idle_keys(own: AlertTiming, effective: list[AlertTiming]) -> Iterator[tuple[str, str]]:
    """Keys of a timing that matter for none of the timings it went into, and why.

    A key went into those that have its value; where no hit can go, nothing is said of any key.
    """
    for key, (matters, why) in TIMING_NEEDS.items():
        value = getattr(own, key)
        taken = [timing for timing in effective if getattr(timing, key) == value]
        if value and effective and not any(map(matters, taken)):
            yield key, why if taken else "a more particular setting says otherwise everywhere"


def _check_digest_times(policy: AlertPolicy, seeds: Iterable[Seed], at: Place) -> None:
    """A daily digest whose time lies in quiet hours would wait for their end: one of the two is not meant."""
    for seed in seeds:
        for channel in policy.possible_channels(seed):
            timing = policy.timing(seed, channel)
            digest_time = timing.at or DAILY_DIGEST_AT
            if timing.when == "daily" and not timing.urgent and _is_within(digest_time, timing.quiet):
                hours = "-".join(f"{end:%H:%M}" for end in timing.quiet or ())
                problem = f"the daily digest of {seed.slug} on {channel} falls into its quiet hours ({hours})"
                at.add(f"at = {digest_time:%H:%M}", problem, "Choose another time, or other quiet hours.")


def _is_within(moment: time, hours: tuple[time, time] | None) -> bool:
    """Whether a time of day lies in such hours, which may go past midnight."""
    if hours is None:
        return False
    start, end = hours
    return start <= moment < end if start < end else moment >= start or moment < end


def _check_covered_routes(routes: tuple[RouteTable, ...], at: Place) -> None:
    """A route after one that takes all of its hits does nothing: the first that fits counts."""
    for number, route in enumerate(routes, 1):
        earlier = next(
            (position for position, other in enumerate(routes[: number - 1], 1) if _route_covers(other, route)), None
        )
        if earlier:
            problem = f"does nothing: route {earlier} takes all of its hits"
            at.add(f"alerts.routes.{number}", problem, "Put the more particular route first.")


def _route_covers(one: RouteTable, other: RouteTable) -> bool:
    """Whether a route fits every hit that another one fits."""
    pairs = ((one.seed, other.seed), (one.source, other.source), (one.language, other.language))
    return one.min_score <= other.min_score and all(asked in (None, given) for asked, given in pairs)

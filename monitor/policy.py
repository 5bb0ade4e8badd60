"""Who is told of a hit, when and how: routes, least scores, digests, quiet hours. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, tzinfo

from monitor.model import AlertTiming, Dispatch, Seed
from monitor.pace import CATCH_UP_WAIT, DAILY_DIGEST_AT, next_full_hour, next_time_of_day, quiet_until


@dataclass(frozen=True, slots=True)
class Route:
    """Hits that fit every condition go to these channels instead of the usual ones."""

    channels: tuple[str, ...]
    seed: str | None = None
    min_score: float = 0.0
    source: str | None = None
    language: str | None = None

    def fits(self, hit: Hit) -> bool:
        """Whether it is for a hit."""
        wanted = ((self.seed, hit.seed.slug), (self.source, hit.source), (self.language, hit.language))
        return hit.score >= self.min_score and all(asked in (None, given) for asked, given in wanted)


@dataclass(frozen=True, slots=True)
class Hit:
    """What of a hit decides who is told."""

    seed: Seed
    score: float = 1.0
    source: str = ""
    language: str | None = None
    old: str | None = None
    """Why it is too old to alert, if it is."""


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """The rules by which hits go to channels."""

    default_channels: tuple[str, ...] = ()
    recipients: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Channel → its recipients; `("",)` where a channel has just one place to go to."""
    routes: tuple[Route, ...] = ()
    default_timing: AlertTiming = field(default_factory=AlertTiming)
    """What holds unless a channel or a seed says otherwise."""
    by_channel: Mapping[str, AlertTiming] = field(default_factory=dict)

    def channels(self, hit: Hit) -> tuple[str, ...]:
        """Where a hit goes: by the first route that fits, else where its seed says, else where all do."""
        for route in self.routes:
            if route.fits(hit):
                return route.channels
        return self.usual_channels(hit.seed)

    def usual_channels(self, seed: Seed) -> tuple[str, ...]:
        """Where a seed's hits go when no route fits."""
        return self.default_channels if seed.channels is None else seed.channels

    def possible_channels(self, seed: Seed) -> tuple[str, ...]:
        """Every channel that a hit of a seed may go to."""
        routed = [name for route in self.routes if route.seed in (None, seed.slug) for name in route.channels]
        return tuple(dict.fromkeys([*self.usual_channels(seed), *routed]))

    def timing(self, seed: Seed, channel: str) -> AlertTiming:
        """When a channel is told of a seed's hits: a seed's own word outranks the channel's, and that the general."""
        return merge_timings(seed.timing, self.by_channel.get(channel, AlertTiming()), self.default_timing)

    def own_timing(self, channel: str) -> AlertTiming:
        """When a channel is told of what is about no seed: notices of our own."""
        return merge_timings(self.by_channel.get(channel, AlertTiming()), self.default_timing)

    def cap_per_hour(self, channel: str) -> int | None:
        """How many alerts an hour a channel gets at once, of all seeds together; a seed's own cap holds as well."""
        return self.own_timing(channel).cap_per_hour

    def dispatches(self, hit: Hit, now: datetime) -> tuple[tuple[Dispatch, ...], tuple[str, ...]]:
        """Every address that is told of a hit, and when; and why some channels are not."""
        channels = self.channels(hit)
        if not channels:
            return (), ("no channel is set for this seed, or for hits like this one",)
        dispatches: list[Dispatch] = []
        why_not: list[str] = []
        for channel in channels:
            timing = self.timing(hit.seed, channel)
            if hit.score < (timing.min_score or 0.0):
                why_not.append(f"{channel} is told from {timing.min_score:.2f} on")
            else:
                dispatches += self._dispatches_by_channel(channel, timing, hit, now)
        return tuple(dispatches), tuple(why_not)

    def _dispatches_by_channel(
        self, channel: str, timing: AlertTiming, hit: Hit, now: datetime
    ) -> Iterator[Dispatch]:
        """The same dispatch to each recipient of a channel; a cap holds for what goes by itself."""
        dispatch = replace(schedule_alert(timing, now, hit.old), channel=channel)
        if not dispatch.digest:
            of_all, of_seed = self.cap_per_hour(channel), hit.seed.timing.cap_per_hour
            dispatch = replace(dispatch, cap_per_hour=of_all, seed_cap_per_hour=of_seed)
        return (replace(dispatch, recipient=recipient) for recipient in self.recipients.get(channel, ("",)))


class QuietHours:
    """When channels sleep. What falls due then waits, be it a second try, a digest or a notice of our own."""

    def __init__(self, policy: AlertPolicy | None = None, seeds: Iterable[Seed] = ()) -> None:
        self._policy = policy or AlertPolicy()
        self._seeds = {seed.slug: seed for seed in seeds}
        of_channels = {*self._policy.recipients, *self._policy.by_channel, *self._policy.default_channels}
        self._timings = {channel: set(self._all_timings(channel)) for channel in of_channels}

    def asleep(self, now: datetime) -> set[str]:
        """The channels in quiet hours by their own timing or some seed's; `until` says what has to wait."""
        return {
            channel
            for channel, timings in self._timings.items()
            if any(_end_of_quiet(timing, now) for timing in timings)
        }

    def until(self, slugs: Iterable[str], channel: str, now: datetime) -> datetime | None:
        """Until when a channel is not told of these seeds; None when it is told at once.

        One seed that is urgent wakes it. Of no seed are notices of our own; a seed that is gone counts like them.
        """
        seeds = [seed for slug in slugs if (seed := self._seeds.get(slug))]
        timings = [self._policy.timing(seed, channel) for seed in seeds] or [self._policy.own_timing(channel)]
        ends = [_end_of_quiet(timing, now) for timing in timings]
        return min((end for end in ends if end), default=None) if all(ends) else None

    def _all_timings(self, channel: str) -> Iterator[AlertTiming]:
        yield self._policy.own_timing(channel)
        yield from (self._policy.timing(seed, channel) for seed in self._seeds.values())


ALWAYS_AWAKE = QuietHours()


def _end_of_quiet(timing: AlertTiming, now: datetime) -> datetime | None:
    """When the quiet hours of such a timing end, if it is in them."""
    if not timing.quiet or timing.urgent:
        return None
    return quiet_until(now, timing.quiet, timing.zone or UTC)


def merge_timings(*timings: AlertTiming) -> AlertTiming:
    """Timings laid over each other: of each field, the first that says something counts."""
    merged = {
        key.name: next((value for timing in timings if (value := getattr(timing, key.name)) is not None), None)
        for key in fields(AlertTiming)
    }
    return AlertTiming(**merged)


def schedule_alert(timing: AlertTiming, now: datetime, old: str | None = None) -> Dispatch:
    """When a hit of this moment is told under such a timing; `channel` and `recipient` are left open."""
    zone = timing.zone or UTC
    # Not moved out of quiet hours: the settings refuse a time that lies in them.
    if timing.when == "daily":
        return Dispatch(
            "", due=next_time_of_day(now, timing.at or DAILY_DIGEST_AT, zone), digest=True, why="daily digest"
        )
    if timing.when == "hourly":
        return _not_in_quiet(Dispatch("", due=next_full_hour(now, zone), digest=True, why="hourly digest"), timing)
    if old:
        why = f"catch-up digest: {old}"
        return _not_in_quiet(Dispatch("", due=now + CATCH_UP_WAIT, digest=True, catch_up=True, why=why), timing)
    if until := _end_of_quiet(timing, now):
        return Dispatch("", due=until, digest=True, why="after the quiet hours")
    return Dispatch("")


def _not_in_quiet(dispatch: Dispatch, timing: AlertTiming) -> Dispatch:
    return replace(dispatch, due=dispatch.due and (_end_of_quiet(timing, dispatch.due) or dispatch.due))


def describe_alerting(policy: AlertPolicy, seed: Seed) -> str:
    """Who is told of a seed's hits and when, in a sentence.

    >>> describe_alerting(AlertPolicy(("desk",)), Seed("s", "", ()))
    'desk at once'
    """
    own_cap = seed.timing.cap_per_hour
    said = [
        f"{channel} {_describe_timing(policy.timing(seed, channel), policy.cap_per_hour(channel), own_cap)}"
        for channel in policy.usual_channels(seed)
    ]
    special = [route for route in policy.routes if route.seed in (None, seed.slug)]
    routed = [f"{', '.join(route.channels) or 'nobody'} instead {_describe_conditions(route)}" for route in special]
    return "; ".join([*said, *routed]) or "nobody"


def _describe_timing(timing: AlertTiming, cap: int | None, seed_cap: int | None) -> str:
    zone = _zone_name(timing.zone)
    parts = {
        "daily": f"in a daily digest at {timing.at or DAILY_DIGEST_AT:%H:%M}{zone}",
        "hourly": "in a digest every hour",
    }
    said = [parts.get(timing.when or "", "at once")]
    if timing.min_score:
        said.append(f"from a score of {timing.min_score:.2f} on")
    if timing.quiet and timing.urgent:
        said.append("also in the quiet hours")
    elif timing.quiet:
        said.append(f"but not from {timing.quiet[0]:%H:%M} to {timing.quiet[1]:%H:%M}{zone}")
    if timing.when in (None, "instant") and (cap or seed_cap):
        caps = [f"{seed_cap} an hour of this seed" if seed_cap else "", f"{cap} an hour of all seeds" if cap else ""]
        said.append(f"at most {' and '.join(filter(None, caps))}, the rest in one digest")
    return ", ".join(said)


def _zone_name(zone: tzinfo | None) -> str:
    return f" ({zone})" if zone else " (UTC)"


def _describe_conditions(route: Route) -> str:
    return " and ".join(_route_conditions(route)) or "always"


def _route_conditions(route: Route) -> Iterator[str]:
    if route.min_score:
        yield f"from a score of {route.min_score:.2f} on"
    if route.source:
        yield f"for {route.source}"
    if route.language:
        yield f"for texts in {route.language!r}"

"""What the settings' tables may say of alerts: when hits are told, and what channels of every kind have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

import msgspec

from monitor.model import AlertFrequency

NonEmptyText = Annotated[str, msgspec.Meta(min_length=1)]

_CLOCK_PATTERN = r"([01][0-9]|2[0-3]):[0-5][0-9]"
ClockTime = Annotated[str, msgspec.Meta(pattern=f"^{_CLOCK_PATTERN}$", description="a time such as 08:00")]
ClockHours = Annotated[
    str, msgspec.Meta(pattern=f"^{_CLOCK_PATTERN}-{_CLOCK_PATTERN}$", description="hours such as 22:00-07:00")
]

Flaw = tuple[str, str, str]
"""What is wrong with a table whose every key is right by itself: the key, the problem, the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingTable:
    """When hits are told, as far as this table says; what it leaves out, the more general one says."""

    when: AlertFrequency | None = None
    at: ClockTime | None = None
    timezone: NonEmptyText | None = None
    quiet: ClockHours | None = None
    min_score: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    cap_per_hour: Annotated[int, msgspec.Meta(gt=0)] | None = None


@dataclass(frozen=True, slots=True)
class SecretVariable:
    """A variable of the environment that holds a secret, and the key of the table that names it."""

    key: str
    variable: str
    part: str = ""
    """Which of a channel's secrets it is, where there are two."""
    is_address: bool = False
    """Whether it must be a web address."""


def name_secret(channel: str, part: str = "") -> str:
    """Under which name a channel's secret is kept among all of them.

    >>> name_secret("desk"), name_secret("desk", "signing")
    ('desk', 'desk/signing')
    """
    return f"{channel}/{part}" if part else channel


@dataclass(frozen=True, slots=True)
class CommonTable(TimingTable):
    """What `[channels.NAME]` may say whatever its kind, and what is true of a kind that says nothing else."""

    @property
    def recipients(self) -> tuple[str, ...]:
        """Whom the channel tells; `("",)` where it has just one place to go to."""
        return ("",)

    def secret_variables(self) -> Iterable[SecretVariable]:
        """Where the channel's secrets come from."""
        return ()

    def flaws(self) -> Iterable[Flaw]:
        """What is wrong with this table."""
        return ()
